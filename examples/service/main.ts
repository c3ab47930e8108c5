import { createInterface } from 'node:readline';
import { ClientSecretBasic } from 'oauth4webapi';
import { createSession } from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';
import { clientCredentials } from '../../src/oauth/index.ts';

/**
 * A service that calls an API for itself, not for a user. Start it as often as you like: all processes on the machine use one
 * access token, and one of them requests the next.
 *
 *     node main.ts   (with ISSUER, API_URL, CLIENT_SECRET and TOKEN_FILE in the environment)
 */
const { ISSUER = '', API_URL = '', CLIENT_SECRET = '', TOKEN_FILE = '' } = process.env;

const { options } = clientCredentials({
  issuer: ISSUER,
  clientId: 'service',
  clientAuth: ClientSecretBasic(CLIENT_SECRET),
  resource: API_URL,
  scope: 'orders',
});

using session = createSession({
  baseUrl: API_URL,
  ...options,
  store: fileStore({ path: TOKEN_FILE }),
});

await session.ready();
// The provider could not be reached, or has refused the credentials. This rejects with the reason, and the process ends.
if (!session.getSnapshot().isSignedIn) await session.login();

/** Does one job for each line, as a service would for each message of a queue. */
console.log('ready');
for await (const _ of createInterface(process.stdin)) {
  const jobs = Array.from({ length: 5 }, () => session.api.get('orders').json<{ sub: string }>());
  console.log((await Promise.all(jobs)).map(({ sub }) => sub).join(' '));
}
