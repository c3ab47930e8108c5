import * as protocol from 'oauth4webapi';
import { InvalidOptionError } from '../errors/errors.ts';
import type { CodeFlow } from './codeFlow.ts';
import type { OAuthSettings } from './oauthOptions.ts';
import type { ProviderCall } from './providerCall.ts';
import type { TokenEndpoint } from './tokens.ts';
import type { OAuthUser } from './windowSignIn.ts';

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
