import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { callApi, type Client, type Settings } from './client.ts';

/**
 * It renews when a call needs it: with `automaticSilentRenew`, its default, the timer sends one more request at the same time
 * as the calls when a page wakes up.
 */
export function create({ issuer, api, redirectUri }: Settings): Client {
  const manager = new UserManager({
    authority: issuer,
    client_id: 'spa',
    redirect_uri: redirectUri,
    scope: 'openid email offline_access',
    resource: api,
    automaticSilentRenew: false,
    // The provider's response to a revocation.
    revokeTokenAdditionalContentTypes: ['text/plain'],
    userStore: new WebStorageStateStore({ store: localStorage }),
  });
  return {
    signIn: () => manager.signinRedirect({ prompt: 'consent' }),
    complete: () => manager.signinRedirectCallback(),
    isSignedIn: async () => (await manager.getUser()) !== null,
    call: async () => {
      const user = await manager.getUser();
      const valid = user?.expired === true ? await manager.signinSilent() : user;
      return callApi(api, valid?.access_token);
    },
    signOut: async () => {
      // The provider does not revoke access tokens that are JWTs.
      await manager.revokeTokens(['refresh_token']);
      await manager.removeUser();
    },
  };
}
