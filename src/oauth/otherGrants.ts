import * as protocol from 'oauth4webapi';
import { check, object, text } from '../errors/checks.ts';
import type { SignIn } from './signIn.ts';

/** Options of {@link tokenExchange}. */
export interface TokenExchangeOptions {
  /** The token of the user that your program has. */
  readonly subjectToken: string;
  /** Its type (RFC 8693, section 3). Default is `'urn:ietf:params:oauth:token-type:access_token'`. */
  readonly subjectTokenType?: string;
  /** Further parameters, such as `audience` or `actor_token`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Signs in with a token that your program has got in another way, for example from an application on the same device or from
 * another provider (RFC 8693). The session asks for the `scope` and the `resource` of `oauth()`.
 *
 * @throws {InvalidOptionError} `subjectToken` is not a text
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { oauth, tokenExchange } from 'sessionchart/oauth';
 *
 * declare const idToken: string;
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'agent', scope: 'orders' });
 * const session = createSession({ baseUrl: 'https://api.example.com', ...auth.options });
 *
 * await session.login(
 *   tokenExchange({ subjectToken: idToken, subjectTokenType: 'urn:ietf:params:oauth:token-type:id_token' }),
 * );
 * ```
 */
export function tokenExchange(options: TokenExchangeOptions): SignIn {
  check('options', options, object);
  const { subjectToken, subjectTokenType, parameters } = options;
  return signInWith('urn:ietf:params:oauth:grant-type:token-exchange', {
    ...parameters,
    subject_token: check('subjectToken', subjectToken, text),
    subject_token_type: subjectTokenType ?? 'urn:ietf:params:oauth:token-type:access_token',
  });
}

/** The user name and the password of a user. */
export interface PasswordOptions {
  readonly username: string;
  readonly password: string;
}

/**
 * Legacy: OAuth 2.1 has removed this grant. Use `auth.signIn()`, `loopback` or `deviceCode` where you can.
 *
 * Signs in with a password (RFC 6749, section 4.3). Only for a server that offers nothing else: the program sees the password, and
 * the user can neither use a second factor nor a passkey.
 *
 * @throws {InvalidOptionError} `username` or `password` is not a text
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { oauth, passwordGrant } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'legacy', scope: 'orders' });
 * const session = createSession({ baseUrl: 'https://api.example.com', ...auth.options });
 * await session.login(passwordGrant({ username: 'ada', password }));
 * ```
 */
export function passwordGrant(options: PasswordOptions): SignIn {
  check('options', options, object);
  const { username, password } = options;
  return signInWith('password', {
    username: check('username', username, text),
    password: check('password', password, text),
  });
}

/** Signs in with one token request. */
function signInWith(grantType: string, parameters: Readonly<Record<string, string>>): SignIn {
  return {
    run({ endpoint, settings: { apis, scope }, ...call }) {
      return endpoint.signIn(
        call,
        ({ server, client, clientAuth, options }) => {
          const query = new URLSearchParams({ scope, ...parameters });
          for (const [name, value] of apis.first.parameters) query.append(name, value);
          return protocol.genericTokenEndpointRequest(server, client, clientAuth, grantType, query, options);
        },
        ({ server, client }, response) =>
          protocol.processGenericTokenEndpointResponse(server, client, response),
      );
    },
  };
}
