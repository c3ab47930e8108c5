import { Auth0Client } from '@auth0/auth0-spa-js';
import { callApi, type Client, type Settings } from './client.ts';

/** The provider gets the paths of Auth0, such as `/oauth/token`, and an issuer that ends with a slash. */
export async function create({ issuer, api, redirectUri }: Settings): Promise<Client> {
  const auth0 = new Auth0Client({
    domain: issuer.replace(/\/$/, ''),
    clientId: 'spa',
    useRefreshTokens: true,
    cacheLocation: 'localstorage',
    authorizationParams: { redirect_uri: redirectUri, audience: api, scope: 'openid email' },
  });
  await auth0.checkSession();
  return {
    signIn: () => auth0.loginWithRedirect({ authorizationParams: { prompt: 'consent' } }),
    complete: () => auth0.handleRedirectCallback(),
    isSignedIn: () => auth0.isAuthenticated(),
    call: async () => callApi(api, await auth0.getTokenSilently()),
    signOut: async () => {
      await auth0.revokeRefreshToken();
      await auth0.logout({ openUrl: false });
    },
  };
}
