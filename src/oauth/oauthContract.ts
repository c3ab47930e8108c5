import type { Client } from 'oauth4webapi';
import type { Secrets, ServerContract } from '../server/contract.ts';
import { VerdictError } from '../server/verdict.ts';
import { isAuthorizationError } from './authorizationError.ts';
import { absolute, type OAuthSettings } from './oauthOptions.ts';
import type { OAuthUser } from './windowSignIn.ts';
import { providerCall, type ProviderCall } from './providerCall.ts';
import type { TokenEndpoint } from './tokens.ts';

export interface ContractParts {
  readonly settings: OAuthSettings;
  readonly endpoint: TokenEndpoint<OAuthUser>;
  readonly client: Client;
}

/** Creates the contract of a provider, and of the APIs that accept its tokens: all but the sign-in. */
export function contractOf({ settings, endpoint, client }: ContractParts): ServerContract<OAuthUser, never> {
  const { apis, dpop, slot } = settings;
  /** The secrets of the session that ended last. Tokens of a late or refused grant are revoked too, and end nothing. */
  let ended: Secrets | undefined;
  return {
    issuer: settings.issuer,
    async refresh({ refreshToken, secrets = {}, ...call }) {
      if (refreshToken === null) throw new VerdictError('refreshTokenExpired');
      try {
        return await endpoint.refresh(providerCall(call), refreshToken, secrets);
      } catch (error) {
        throw judge(error);
      }
    },
    async logout({ refreshToken, accessToken, secrets, ...rest }) {
      const call = providerCall(rest);
      const end = () => (secrets === ended ? endAtProvider(settings, endpoint, call, secrets) : undefined);
      try {
        await endpoint.revoke(call, { accessToken, refreshToken, secrets });
      } catch (error) {
        // The user is signed out at the provider even if it refuses to revoke a token.
        if (isAuthorizationError(error)) await end();
        throw error;
      }
      await end();
    },
    discardSecrets(secrets, now) {
      if (now === null) ended = secrets;
      if (secrets['key'] !== now?.['key']) dpop?.delete(secrets);
    },
    isSameUser: (before, now) => before.sub === now.sub,
    errorCodes: { use_dpop_nonce: 'none', invalid_dpop_proof: 'none' },
    ...(apis.origins.length > 0 && {
      authorize(request, accessToken, secrets = {}) {
        const token = apis.tokenFor(request.url, accessToken, secrets);
        request.headers.set('authorization', `Bearer ${token}`);
      },
    }),
    ...dpop?.requests({ apis, client, slot }),
  };
}

/** Only `invalid_grant` is about the refresh token (RFC 6749, section 5.2): no other refusal ends the session. */
function judge(error: unknown): unknown {
  if (!isAuthorizationError(error)) return error;
  if (error.error === 'dpop_key_lost') return new VerdictError('refreshTokenInvalid', error.error);
  return error;
}

async function endAtProvider(
  settings: OAuthSettings,
  endpoint: TokenEndpoint<OAuthUser>,
  call: ProviderCall,
  secrets: Secrets = {},
): Promise<void> {
  const url = await endSessionUrl(settings, endpoint, call, secrets);
  if (url !== null) settings.navigate(url);
}

/** The address where the user is signed out at the provider, or `null` if that is not wanted or not possible. */
export async function endSessionUrl(
  { clientId, postLogoutRedirectUri }: OAuthSettings,
  endpoint: TokenEndpoint<OAuthUser>,
  call: ProviderCall,
  { idToken }: Secrets = {},
): Promise<string | null> {
  if (postLogoutRedirectUri === null) return null;
  const { server } = await endpoint.prepare(call);
  if (server.end_session_endpoint === undefined) return null;
  const url = new URL(server.end_session_endpoint);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('post_logout_redirect_uri', absolute(postLogoutRedirectUri));
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken);
  return url.href;
}
