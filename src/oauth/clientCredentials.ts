import * as protocol from 'oauth4webapi';
import { check } from '../errors/checks.ts';
import type { SessionOptions } from '../options.ts';
import type { ContractCall, Grant, ServerContract } from '../server/contract.ts';
import type { Api } from './apis.ts';
import { contractOf } from './oauthContract.ts';
import { readOAuthOptions, type OAuthOptions } from './oauthOptions.ts';
import { createProvider } from './provider.ts';
import { providerCall } from './providerCall.ts';
import { createTokenEndpoint, type SendTokenRequest } from './tokens.ts';
import type { OAuthUser } from './windowSignIn.ts';

/** Options of {@link clientCredentials}: those of `oauth()` that a service needs. */
export interface ClientCredentialsOptions extends Pick<
  OAuthOptions,
  'issuer' | 'clientId' | 'scope' | 'resource' | 'endpoints' | 'dpop'
> {
  /** How the service authenticates: `ClientSecretBasic(…)`, `PrivateKeyJwt(…)` and others of oauth4webapi. */
  clientAuth: protocol.ClientAuth;
}

/** A service at a provider. Created by {@link clientCredentials}. */
export interface ClientCredentials {
  /** Options of `createSession`: spread them. */
  readonly options: Pick<SessionOptions<OAuthUser, void>, 'trustedOrigins'> & {
    readonly server: ServerContract<OAuthUser, void>;
  };
}

/**
 * Describes a provider for a service that acts for itself and not for a user (RFC 6749, section 4.4). The session signs in by
 * itself when it starts with an empty store, and requests the next token with the credentials of the service. With a store that
 * processes share, such as `fileStore` or `redisStore`, all of them use one token. `user` is `{ sub: clientId }`.
 *
 * If the provider cannot be reached for `hold.timeout`, or refuses the credentials, the session is `anonymous`:
 * `session.login()` tries again and rejects with the reason. In a file of a user's session, give the service another `name`.
 * For several processes with `dpop`, give it `keys` that they share.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { fileStore } from 'sessionchart/node';
 * import { clientCredentials } from 'sessionchart/oauth';
 * import { ClientSecretBasic } from 'oauth4webapi';
 *
 * const { options } = clientCredentials({
 *   issuer: 'https://id.example.com',
 *   clientId: 'invoicing',
 *   clientAuth: ClientSecretBasic(String(process.env['CLIENT_SECRET'])),
 *   scope: 'orders.read',
 * });
 * const session = createSession({
 *   baseUrl: 'https://api.example.com',
 *   ...options,
 *   store: fileStore({ appName: 'invoicing' }),
 * });
 * await session.ready();
 * if (!session.getSnapshot().isSignedIn) await session.login();
 * const orders = await session.api.get('orders').json();
 * ```
 */
export function clientCredentials(options: ClientCredentialsOptions): ClientCredentials {
  const settings = readOAuthOptions(options);
  check('clientAuth', settings.clientAuth, clientAuth);
  const { apis, clientId } = settings;
  const provider = createProvider(settings);
  const endpoint = createTokenEndpoint(settings, provider);

  const sendFor =
    ({ parameters }: Api): SendTokenRequest =>
    (request) => {
      const query = new URLSearchParams(parameters);
      if (options.scope !== undefined && !query.has('scope')) query.set('scope', options.scope);
      const { server, client } = request;
      return protocol.clientCredentialsGrantRequest(
        server,
        client,
        request.clientAuth,
        query,
        request.options,
      );
    };

  async function requestTokens(call: ContractCall): Promise<Grant<OAuthUser>> {
    const grant = await endpoint.signIn(
      providerCall(call),
      sendFor(apis.first),
      ({ server, client }, response) => protocol.processClientCredentialsResponse(server, client, response),
      sendFor,
    );
    return { ...grant, user: { sub: clientId } };
  }

  return {
    options: {
      server: {
        ...contractOf({ settings, endpoint, client: provider.client }),
        silentSignIn: true,
        login: requestTokens,
        refresh: requestTokens,
      },
      ...(apis.origins.length > 0 && { trustedOrigins: apis.origins }),
    },
  };
}

const clientAuth = {
  expected: 'a function of oauth4webapi, such as `ClientSecretBasic(secret)`',
  includes: (value: unknown): value is protocol.ClientAuth => typeof value === 'function',
};
