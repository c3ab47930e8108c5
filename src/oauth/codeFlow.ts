import * as protocol from 'oauth4webapi';
import { InvalidOptionError } from '../errors/errors.ts';
import type { Grant } from '../server/contract.ts';
import type { OAuthSettings, OAuthUser } from './oauthOptions.ts';
import type { ProviderCall, TokenEndpoint } from './tokens.ts';

/** Parameters of an authorization request (OpenID Connect Core, section 3.1.2.1). */
export interface AuthorizationParameters {
  /** Which pages the provider shows: `'none'`, `'login'`, `'consent'` or `'select_account'`. */
  readonly prompt?: string;
  /** Who is likely to sign in. */
  readonly loginHint?: string;
  /** How long ago the user may have signed in at the provider, in seconds. The ID token must prove it. Default is any time. */
  readonly maxAge?: number | null;
  /** The authentication context classes that an API asks for (RFC 9470, section 4), separated by spaces. Default is none. */
  readonly acrValues?: string | null;
  /** Further parameters, by the names that your provider uses. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A sign-in that is under way, while the user is at the provider. */
export interface PendingSignIn {
  readonly state: string;
  readonly codeVerifier: string;
  readonly nonce: string;
  readonly redirectUri: string;
  readonly maxAge: number | null;
}

/** The authorization code grant with PKCE (RFC 6749, section 4.1; RFC 7636). */
export interface CodeFlow<User> {
  /** Creates an authorization request. */
  begin(
    this: void,
    call: ProviderCall,
    parameters: AuthorizationParameters,
    target: { readonly redirectUri: string; readonly state?: string },
  ): Promise<{ readonly url: string; readonly signIn: PendingSignIn }>;
  /** Checks the response (RFC 9207 too), and exchanges its code for tokens. */
  exchange(
    this: void,
    call: ProviderCall,
    signIn: PendingSignIn,
    response: URLSearchParams,
  ): Promise<Grant<User>>;
}

export function createCodeFlow<User extends OAuthUser>(
  settings: OAuthSettings<User>,
  endpoint: TokenEndpoint<User>,
): CodeFlow<User> {
  const { clientId, apis, scope, pushRequest } = settings;
  const isOpenId = scope.split(' ').includes('openid');

  return {
    async begin(call, { prompt, loginHint, maxAge = null, acrValues = null, parameters }, target) {
      const { redirectUri, state = protocol.generateRandomState() } = target;
      const codeVerifier = protocol.generateRandomCodeVerifier();
      const nonce = protocol.generateRandomNonce();
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope,
        state,
        code_challenge: await protocol.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(isOpenId && { nonce }),
        ...(prompt !== undefined && { prompt }),
        ...(loginHint !== undefined && { login_hint: loginHint }),
        ...(maxAge !== null && { max_age: String(maxAge) }),
        ...(acrValues !== null && { acr_values: acrValues }),
        ...parameters,
      });
      for (const resource of apis.indicators) query.append('resource', resource);
      const signIn = { state, codeVerifier, nonce, redirectUri, maxAge };
      return { url: await addressOf(call, query), signIn };
    },
    exchange(call, { state, codeVerifier, nonce, redirectUri, maxAge }, response) {
      return endpoint.signIn(
        call,
        ({ server, client, clientAuth, options }) =>
          protocol.authorizationCodeGrantRequest(
            server,
            client,
            clientAuth,
            protocol.validateAuthResponse(server, client, response, state),
            redirectUri,
            codeVerifier,
            { ...options, additionalParameters: apis.first.parameters },
          ),
        ({ server, client }, answer) =>
          protocol.processAuthorizationCodeResponse(server, client, answer, {
            expectedNonce: isOpenId ? nonce : protocol.expectNoNonce,
            requireIdToken: isOpenId,
            ...(maxAge !== null && { maxAge }),
          }),
      );
    },
  };

  /** The address of the authorization request. */
  async function addressOf(call: ProviderCall, query: URLSearchParams): Promise<string> {
    const request = await endpoint.prepare(call);
    const { authorization_endpoint = '', require_pushed_authorization_requests: isPushRequired } =
      request.server;
    if (pushRequest === undefined && isPushRequired === true)
      throw new InvalidOptionError('pushRequest', 'given, since the provider requires it (RFC 9126)', 'none');
    const parameters =
      (pushRequest && {
        client_id: clientId,
        request_uri: await pushRequest(request, query),
      }) ??
      query;
    const url = new URL(authorization_endpoint);
    for (const [name, value] of new URLSearchParams(parameters)) url.searchParams.append(name, value);
    return url.href;
  }
}
