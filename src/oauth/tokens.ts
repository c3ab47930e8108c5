import * as protocol from 'oauth4webapi';
import type { Grant, Secrets } from '../server/contract.ts';
import type { Proofs } from './dpop.ts';
import type { Api } from './apis.ts';
import { AuthorizationError, isAuthorizationError } from './authorizationError.ts';
import type { OAuthSettings } from './oauthOptions.ts';
import type { Provider, RequestOptions } from './provider.ts';
import type { ProtocolFetch, ProviderCall } from './providerCall.ts';
import { readError } from './readError.ts';
import type { OAuthUser } from './windowSignIn.ts';

/** The parts of a request to the token endpoint. */
export interface TokenRequest extends ProviderCall {
  readonly server: protocol.AuthorizationServer;
  readonly client: protocol.Client;
  readonly clientAuth: protocol.ClientAuth;
  readonly options: RequestOptions & { readonly DPoP?: protocol.DPoPHandle };
}

/** Sends a request to the token endpoint. */
export type SendTokenRequest = (request: TokenRequest) => Promise<Response>;

/** Reads the response. */
export type ProcessResponse = (
  request: TokenRequest,
  response: Response,
) => Promise<protocol.TokenEndpointResponse>;

/** The token endpoint of a provider. */
export interface TokenEndpoint<User> {
  /** Prepares a request of an authenticated client, to this or to another endpoint. */
  prepare(this: void, call: ProviderCall, proofs?: Proofs | null): Promise<TokenRequest>;
  /**
   * Signs in: creates a key if the tokens are to be bound to one.
   *
   * @param sendFor - requests the token of a further API. Default is a refresh request
   */
  signIn(
    this: void,
    call: ProviderCall,
    send: SendTokenRequest,
    process: ProcessResponse,
    sendFor?: (api: Api) => SendTokenRequest,
  ): Promise<Grant<User>>;
  refresh(this: void, call: ProviderCall, refreshToken: string, secrets: Secrets): Promise<Grant<User>>;
  /**
   * Revokes the tokens of a grant (RFC 7009), and deletes its key.
   *
   * @throws {AuthorizationError} the provider refused
   */
  revoke(
    this: void,
    call: ProviderCall,
    grant: Pick<Grant, 'accessToken' | 'refreshToken' | 'secrets'>,
  ): Promise<void>;
}

/** What is known beside the response, when it becomes a grant. */
interface GrantContext {
  /** The refresh token that was sent. */
  readonly refreshToken: string | null;
  readonly secrets: Secrets;
  readonly claims: protocol.IDToken | undefined;
  readonly sendFor?: ((api: Api) => SendTokenRequest) | undefined;
}

export function createTokenEndpoint<User extends OAuthUser>(
  settings: OAuthSettings<User>,
  provider: Provider,
): TokenEndpoint<User> {
  const { dpop, apis } = settings;
  const clientAuth = settings.clientAuth ?? protocol.None();

  async function prepare({ fetch, signal }: ProviderCall, proofs?: Proofs | null): Promise<TokenRequest> {
    const observed: ProtocolFetch = async (url, options) => {
      const response = await fetch(url, options);
      provider.observe(response);
      return withoutChallenge(response);
    };
    const server = await provider.metadata(signal);
    const options = { ...provider.send(observed, signal), ...(proofs && { DPoP: proofs.handle }) };
    return { fetch, signal, server, client: provider.client, clientAuth, options };
  }

  /** A request that is refused for want of a nonce is sent once more with it (RFC 9449, section 8). */
  async function redeem(
    request: TokenRequest,
    send: SendTokenRequest,
    process: ProcessResponse,
  ): Promise<protocol.TokenEndpointResponse> {
    const attempt = async () => {
      const response = await send(request);
      const tokens = await process(request, response);
      if (tokens.id_token !== undefined) await settings.verifySignature?.(request, response);
      return tokens;
    };
    try {
      return await attempt().catch((error: unknown) => {
        if (dpop?.isNonceError(error) !== true) throw error;
        return attempt();
      });
    } catch (error) {
      throw readError(error);
    }
  }

  const sendRefresh =
    (refreshToken: string, { parameters }: Api): SendTokenRequest =>
    ({ server, client, options }) =>
      protocol.refreshTokenGrantRequest(server, client, clientAuth, refreshToken, {
        ...options,
        additionalParameters: parameters,
      });

  const processRefresh: ProcessResponse = ({ server, client }, response) =>
    protocol.processRefreshTokenResponse(server, client, response);

  function grantOf(
    request: TokenRequest,
    tokens: protocol.TokenEndpointResponse,
    { refreshToken, secrets, claims, sendFor }: GrantContext,
  ): Promise<Grant<User>> {
    const { signal, options } = request;
    const grant: Grant<User> = {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      expiresIn: tokens.expires_in,
      user: claims && settings.user(claims),
      secrets: { ...secrets, ...(tokens.id_token !== undefined && { idToken: tokens.id_token }) },
    };
    return apis.complete(grant, { refreshToken, signal }, async (api, newest, end) => {
      const again = { ...request, signal: end, options: { ...options, signal: end } };
      const send = sendFor?.(api) ?? sendRefresh(expectPresent(newest), api);
      const further = await redeem(again, send, processRefresh);
      if (options.DPoP !== undefined) dpop?.expectBound(further);
      return further;
    });
  }

  /** The claims of the ID token, and those of the userinfo endpoint if they are wanted. */
  async function claimsOf(
    request: TokenRequest,
    tokens: protocol.TokenEndpointResponse,
  ): Promise<protocol.IDToken | undefined> {
    const claims = protocol.getValidatedIdTokenClaims(tokens);
    return claims && { ...(await settings.userInfo?.(request, tokens.access_token, claims.sub)), ...claims };
  }

  return {
    prepare,
    async signIn(call, send, process, sendFor) {
      const secrets = (await dpop?.create()) ?? {};
      try {
        const request = await prepare(call, await dpop?.proofsOf(secrets, provider.client));
        const tokens = await redeem(request, send, process);
        dpop?.expectBound(tokens);
        const claims = await claimsOf(request, tokens);
        return await grantOf(request, tokens, { refreshToken: null, secrets, claims, sendFor });
      } catch (error) {
        dpop?.delete(secrets);
        throw readError(error);
      }
    },
    async refresh(call, refreshToken, secrets) {
      const proofs = await dpop?.proofsOf(secrets, provider.client);
      if (secrets['key'] !== undefined && !proofs)
        throw new AuthorizationError('dpop_key_lost', 'The key of the session is lost');
      const request = await prepare(call, proofs);
      const tokens = await redeem(request, sendRefresh(refreshToken, apis.first), processRefresh);
      const claims = protocol.getValidatedIdTokenClaims(tokens);
      return grantOf(request, tokens, { refreshToken, secrets, claims });
    },
    async revoke(call, { accessToken, refreshToken, secrets = {} }) {
      dpop?.delete(secrets);
      const { server, client, options } = await prepare(call);
      if (server.revocation_endpoint === undefined) return;
      // The access tokens first: with the refresh token, most servers forget the whole grant.
      for (const token of [...apis.further(secrets), accessToken, refreshToken]) {
        if (typeof token !== 'string') continue;
        const response = await protocol.revocationRequest(server, client, clientAuth, token, options);
        await protocol.processRevocationResponse(response).catch((error: unknown) => {
          const refusal = readError(error);
          // An access token that is a JWT expires by itself. The refresh token must be revoked all the same.
          if (!isAuthorizationError(refusal) || refusal.error !== 'unsupported_token_type') throw refusal;
        });
      }
    },
  };
}

/** @throws {AuthorizationError} the provider has granted no refresh token, so that only one API has a token */
function expectPresent(refreshToken: string | null): string {
  if (refreshToken !== null) return refreshToken;
  throw new AuthorizationError('no_refresh_token', 'The provider has granted no refresh token');
}

/**
 * The body says why a token request is refused (RFC 6749, section 5.2). With a challenge as well, the protocol library would
 * not read it.
 */
function withoutChallenge(response: Response): Response {
  if (!response.headers.has('www-authenticate')) return response;
  const { status, body } = response;
  const headers = new Headers(response.headers);
  headers.delete('www-authenticate');
  return new Response(body, { status, headers });
}
