import { OktaAuth } from '@okta/okta-auth-js/core';
import { callApi, type Client, type Settings } from './client.ts';

/** It does not discover the endpoints: their addresses are separate options. */
export async function create({ issuer, api, redirectUri }: Settings): Promise<Client> {
  const okta = new OktaAuth({
    issuer,
    clientId: 'spa',
    redirectUri,
    // Without a scope of the API, the provider's token response has no `scope`, and the second renewal fails.
    scopes: ['openid', 'email', 'offline_access', 'orders'],
    authorizeUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    revokeUrl: `${issuer}/token/revocation`,
    userinfoUrl: `${issuer}/me`,
    logoutUrl: `${issuer}/session/end`,
    restoreOriginalUri: () => Promise.resolve(),
  });
  if (!okta.isLoginRedirect()) await okta.start();
  return {
    signIn: () => okta.token.getWithRedirect({ prompt: 'consent' }),
    complete: async () => {
      await okta.handleRedirect();
      await okta.start();
    },
    isSignedIn: () => okta.isAuthenticated(),
    call: async () => callApi(api, (await okta.getOrRenewAccessToken()) ?? undefined),
    // Its revocation sends a header that only Okta accepts, so the tokens are removed only.
    signOut: () => Promise.resolve(okta.tokenManager.clear()),
  };
}
