import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client';
import type { Settings } from './client.ts';

/** It keeps no session, so only its requests are compared: `renew` sends one with the latest refresh token. */
export async function signIn(
  { issuer, api, redirectUri }: Settings,
  visit: (url: string) => Promise<string>,
): Promise<{ renew(): Promise<void> }> {
  const config = await discovery(new URL(issuer), 'spa', undefined, None());
  const pkceCodeVerifier = randomPKCECodeVerifier();
  const url = buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email offline_access',
    resource: api,
    prompt: 'consent',
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const granted = await authorizationCodeGrant(config, new URL(await visit(url.href)), { pkceCodeVerifier });
  let refreshToken = granted.refresh_token ?? '';
  return {
    async renew() {
      refreshToken = (await refreshTokenGrant(config, refreshToken)).refresh_token ?? '';
    },
  };
}
