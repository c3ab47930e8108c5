/** Signs in on a device whose clock is wrong: `node shiftedClient.ts <issuer> <api> <milliseconds>`. */
const [issuer = '', api = '', shift = ''] = process.argv.slice(2);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  static override now = () => RealDate.now() + Number(shift);
} as DateConstructor;

const { ClientSecretPost } = await import('oauth4webapi');
const { createSession } = await import('../../src/index.ts');
const { clientCredentials, dpop, oauth } = await import('../../src/oauth/index.ts');
const { confirmedDevice } = await import('./signedIn.ts');

// A service, whose first request already has a proof.
const clientAuth = ClientSecretPost('secret');
const service = clientCredentials({ issuer, clientId: 'service', clientAuth, resource: api, dpop: dpop() });
using serviceSession = createSession({ baseUrl: api, ...service.options });
const statuses = [(await serviceSession.fetch('/me')).status];

// A user, whose ID token is checked.
const scope = 'openid offline_access orders';
const user = oauth({ issuer, clientId: 'spa', scope, resource: api, dpop: dpop() });
using session = createSession({ baseUrl: api, ...user.options });
await session.login(confirmedDevice());
statuses.push((await session.fetch('/me')).status);
await session.refresh();
statuses.push((await session.fetch('/me')).status);
console.log(statuses.join(' '));
