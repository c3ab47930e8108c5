import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ClientSecretPost } from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../src/index.ts';
import { clientCredentials, tokenPerApi } from '../../src/oauth/index.ts';
import { createPlace } from '../node/place.ts';
import { startProvider } from './provider.ts';

const secret = 'the secret of the service';
const clients = (token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post') => [
  {
    client_id: 'service',
    client_secret: secret,
    token_endpoint_auth_method,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  },
];

test('Two processes of a service request one token for each lifetime', async () => {
  await using place = await createPlace();
  await using provider = await startProvider({ clients: clients('client_secret_basic') });
  const program = join(import.meta.dirname, '../../examples/service/main.ts');
  const processes = Array.from({ length: 2 }, () => {
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ISSUER: provider.issuer,
        API_URL: provider.api,
        CLIENT_SECRET: secret,
        TOKEN_FILE: place.path,
      },
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    return { stdin: child.stdin, next: async () => String((await lines.next()).value) };
  });
  const all = (lines: number) =>
    Promise.all(
      processes.map(async ({ stdin, next }) => {
        if (lines > 0) stdin.write('job\n');
        return next();
      }),
    );
  expect(await all(0)).toEqual(['ready', 'ready']);
  const done = Array.from({ length: 5 }, () => 'service').join(' ');
  expect(await all(1)).toEqual([done, done]);
  expect(provider.tokenRequests).toEqual([{ grant: 'client_credentials', status: 200 }]);

  provider.expireAccessTokens();
  expect(await all(1)).toEqual([done, done]);
  expect(provider.tokenRequests).toHaveLength(2);
  for (const { stdin } of processes) stdin.end();
});

describe('A service', () => {
  test('gets a token for each of several APIs, and has itself as its user', async () => {
    await using provider = await startProvider({ clients: clients('client_secret_post') });
    const { issuer, api, billing } = provider;
    const { options } = clientCredentials({
      issuer,
      clientId: 'service',
      clientAuth: ClientSecretPost(secret),
      resource: tokenPerApi({ [api]: api, [billing]: 'urn:billing' }),
      scope: 'orders',
    });
    const session = createSession({ baseUrl: api, ...options });
    const both = await Promise.all([session.fetch('/me'), session.fetch(`${billing}/me`)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { sub: 'service' } });
    expect(provider.audiences).toEqual({ [api]: new Set([api]), [billing]: new Set(['urn:billing']) });
  });

  test('with a wrong secret is told why by `login()`', async () => {
    await using provider = await startProvider({ clients: clients('client_secret_post') });
    const { issuer, api } = provider;
    const { options } = clientCredentials({
      issuer,
      clientId: 'service',
      clientAuth: ClientSecretPost('wrong'),
      resource: api,
    });
    const session = createSession({ baseUrl: api, ...options });
    await session.ready();
    expect(session.getSnapshot().status).toBe('anonymous');
    await expect(session.login()).rejects.toMatchObject({ cause: { error: 'invalid_client' } });
  });

  test('names the option that is missing', () => {
    // @ts-expect-error `clientAuth` is required
    expect(() => clientCredentials({ issuer: 'https://id.example', clientId: 'service' })).toThrow(
      'Expected `clientAuth` to be a function of oauth4webapi',
    );
  });
});
