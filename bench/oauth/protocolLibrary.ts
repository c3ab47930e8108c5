import { startProvider } from '../../test/oauth/provider.ts';
import { followTo } from '../../test/oauth/userAgent.ts';
import type { Settings } from './clients/client.ts';
import type { WorldOptions } from './world.ts';

interface OpenidClient {
  signIn(
    this: void,
    settings: Settings,
    visit: (url: string) => Promise<string>,
  ): Promise<{
    renew(): Promise<void>;
  }>;
}

/** Its module needs packages that are installed when the comparison runs. */
const path = './clients/openid-client.ts';

/** Signs in with openid-client in this process, and renews so many times at once. */
export async function renewAtOnce(certificate: WorldOptions['certificate'], count: number): Promise<string> {
  const { signIn } = (await import(path)) as OpenidClient;
  const redirectUri = 'http://localhost/callback';
  await using provider = await startProvider({ certificate, redirectUris: [redirectUri] });
  const { issuer, api } = provider;
  const client = await signIn({ issuer, api, redirectUri }, (url) => followTo(redirectUri, url));
  const before = provider.tokenRequests.length;
  const renewals = await Promise.allSettled(Array.from({ length: count }, () => client.renew()));
  const sent = provider.tokenRequests.length - before;
  const succeeded = renewals.filter(({ status }) => status === 'fulfilled').length;
  const lives = await client.renew().then(
    () => 'lives',
    () => 'is dead',
  );
  return `${sent} requests, ${succeeded} of ${count} renewals, the session ${lives}`;
}
