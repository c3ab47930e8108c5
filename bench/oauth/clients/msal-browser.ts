import { createStandardPublicClientApplication, ProtocolMode } from '@azure/msal-browser';
import { callApi, type Client, type Settings } from './client.ts';

const scopes = ['openid', 'email', 'offline_access'];

/** `ProtocolMode.OIDC` is its mode for providers that are not Entra ID. It accepts `https:` only. */
export async function create({ issuer, api, redirectUri }: Settings): Promise<Client> {
  const msal = await createStandardPublicClientApplication({
    auth: {
      clientId: 'spa',
      authority: issuer,
      knownAuthorities: [new URL(issuer).host],
      redirectUri,
    },
    cache: { cacheLocation: 'localStorage' },
    system: { protocolMode: ProtocolMode.OIDC },
  });
  // Its documentation wants this call on each page.
  if (location.pathname !== '/callback') await msal.handleRedirectPromise();
  const account = () => msal.getAllAccounts()[0];
  return {
    signIn: () => msal.loginRedirect({ scopes, prompt: 'consent' }),
    complete: () => msal.handleRedirectPromise({ navigateToLoginRequestUrl: false }),
    isSignedIn: () => Promise.resolve(account() !== undefined),
    call: async () => {
      const found = account();
      const { accessToken } = await msal.acquireTokenSilent({
        scopes,
        ...(found !== undefined && { account: found }),
      });
      return callApi(api, accessToken);
    },
    signOut: () => msal.clearCache({ account: account() ?? null }),
  };
}
