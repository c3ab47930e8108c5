import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { addressOf, listen, startProvider, type TestProvider } from '../../../test/oauth/provider.ts';
import type { ApiRequest } from '../../../test/oauth/resourceServer.ts';
import { parts } from '../stock.ts';
import { signInPage } from './signInPage.ts';

export interface ProviderOptions {
  /** Seconds. Default is 60. */
  readonly accessTokenLifetime?: number | undefined;
  /** Milliseconds. */
  readonly latency: { readonly api: number; readonly refresh: number };
}

/** The provider's servers. They listen before the page is built, which needs their addresses. */
export interface ProviderServers {
  readonly issuer: string;
  readonly api: string;
  /** Starts the provider for the page at this URL. */
  start(pageUrl: string): Promise<TestProvider>;
  /** Closes the servers, if the provider was not started. */
  close(): void;
}

/** An identity provider that rotates refresh tokens and asks for DPoP with nonces, and the stockroom's API for its tokens. */
export async function openProvider({
  accessTokenLifetime = 60,
  latency,
}: ProviderOptions): Promise<ProviderServers> {
  const servers = { provider: await listen(createServer()), api: await listen(createServer()) };
  const api = addressOf(servers.api);
  return {
    issuer: addressOf(servers.provider),
    api,
    close() {
      for (const server of Object.values(servers)) server.close();
    },
    start: (pageUrl) =>
      startProvider({
        servers,
        applicationType: 'web',
        redirectUris: [`${pageUrl}/callback`, `${pageUrl}/sign-in`],
        requiresNonce: true,
        accessTokenLifetime,
        signInPage,
        respond: answer,
        delay: ({ url = '', headers }) => {
          if (`http://${headers.host}` === api) return delay(latency.api);
          return url === '/token' ? delay(latency.refresh) : Promise.resolve();
        },
      }),
  };
}

/** The API that the reference server has too. */
function answer({ url, body, user }: ApiRequest): unknown {
  const n = Number(/\/items\/(\d+)$/.exec(url)?.[1]);
  if (n > 0) return { n, user, ...parts[n - 1] };
  if (url === '/api/echo')
    return { sha256: createHash('sha256').update(body).digest('hex'), length: body.length, user };
  return { id: user, username: user, email: `${user}@example.com` };
}
