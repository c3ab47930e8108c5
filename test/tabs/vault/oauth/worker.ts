import { dpop, oauth } from 'sessionchart/oauth';
import { serveVault } from 'sessionchart/vault/worker';

/** The script of a worker with the provider in its address. */
const parameters = new URL(location.href).searchParams;
const api = parameters.get('api') ?? '';

serveVault({
  baseUrl: api,
  auth: oauth({
    issuer: parameters.get('issuer') ?? '',
    clientId: 'spa',
    redirectUri: '/callback',
    scope: 'openid email offline_access',
    resource: api,
    dpop: dpop(),
  }),
});
