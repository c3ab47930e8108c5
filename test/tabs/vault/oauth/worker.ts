import { dpop, oauth, pushRequest, tokenPerApi } from 'sessionchart/oauth';
import { serveVault } from 'sessionchart/vault/worker';

/** The script of a worker with the provider and its APIs in its address. */
const parameters = new URL(location.href).searchParams;
const api = parameters.get('api') ?? '';
const billing = parameters.get('billing');

serveVault({
  baseUrl: api,
  auth: oauth({
    issuer: parameters.get('issuer') ?? '',
    clientId: 'spa',
    redirectUri: '/callback',
    scope: 'openid email offline_access orders',
    resource: billing === null ? api : tokenPerApi({ [api]: api, [billing]: 'urn:billing' }),
    dpop: dpop(),
    ...(billing !== null && { pushRequest }),
  }),
});
