import type { AuthorizationServer, ClientAuth, IDToken } from 'oauth4webapi';
import { check, expectMembers, object, text, type Kind } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { isApiTokens, oneToken, type ApiTokens, type Resource } from './apis.ts';
import type { DpopKeys } from './dpop.ts';
import type { ProtocolSlot } from './protocolObserver.ts';
import type { ProtocolFetch } from './providerCall.ts';
import type { PushRequest } from './pushRequest.ts';
import type { UserInfo } from './userInfo.ts';
import type { VerifySignature } from './verifySignature.ts';
import type { OAuthUser } from './windowSignIn.ts';

/** Options of {@link oauth}. */
export interface OAuthOptions<User extends OAuthUser = OAuthUser> {
  /**
   * The issuer (an `https:` URL without query and fragment, or `http:` on this machine). Its metadata is discovered with the
   * first sign-in or refresh (OpenID Connect Discovery, section 4; RFC 8414, section 3).
   */
  issuer: string | URL;
  /** The client's identifier at the provider. */
  clientId: string;
  /**
   * Where the provider sends the user after the sign-in. In a page, a path is resolved against the address of the page. Not
   * needed for sign-ins that bring their own, such as the device grant.
   */
  redirectUri?: string | URL;
  /** The scopes, separated by spaces. Default is `'openid'`. Add `offline_access` where the provider asks for it. */
  scope?: string;
  /** The API for which the access token is meant (RFC 8707), or `tokenPerApi(…)` for several. Default is none. */
  resource?: Resource;
  /** The provider's metadata, instead of the discovery, by the names of RFC 8414, section 2. */
  endpoints?: Omit<Partial<AuthorizationServer>, 'issuer'>;
  /** `dpop()` binds the tokens to a key of this session (RFC 9449). Default is bearer tokens. */
  dpop?: DpopKeys;
  /**
   * How the client authenticates, for a client with a secret: `ClientSecretPost(…)` and others of oauth4webapi. Never in a
   * page. Default is none: a public client (RFC 6749, section 2.1).
   */
  clientAuth?: ClientAuth;
  /** Returns the user from the claims of the ID token. It must keep `sub`. Default is all claims about the user. */
  user?: (claims: IDToken) => User;
  /** `userInfo` asks the userinfo endpoint for further claims, at each sign-in. Default is the claims of the ID token. */
  userInfo?: UserInfo;
  /**
   * `verifySignature` verifies the signature of each ID token. Default is to trust the ID token because it comes from the token
   * endpoint over TLS (OpenID Connect Core, section 3.1.3.7). All other checks are always made.
   */
  verifySignature?: VerifySignature;
  /** `pushRequest` pushes the parameters of each authorization request (RFC 9126). Default is parameters in the address. */
  pushRequest?: PushRequest;
  /**
   * Where the provider sends the user after a sign-out. With it, `session.logout()` leaves the page for the provider's
   * `end_session_endpoint` (OpenID Connect RP-Initiated Logout), so that the user is signed out there too. Default is none:
   * only the tokens are revoked.
   */
  postLogoutRedirectUri?: string | URL;
  /** Where a sign-in by redirect is noted until the user returns. Default is `localStorage`. */
  storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /**
   * Sends the requests to the provider that are not calls of a session: the discovery, `signIn()` and `complete()`. Those of
   * the session are sent by `ky.fetch` of `createSession`. Default is `fetch`.
   */
  fetch?: typeof fetch;
  /** Leaves the page. Default is `location.assign`. */
  navigate?: (url: string) => void;
}

/** The options with their defaults. */
export interface OAuthSettings<User extends OAuthUser = OAuthUser> {
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: () => string;
  readonly scope: string;
  readonly apis: ApiTokens;
  readonly endpoints: OAuthOptions['endpoints'];
  readonly dpop: DpopKeys | null;
  readonly clientAuth: ClientAuth | null;
  readonly user: (claims: IDToken) => User;
  readonly userInfo: UserInfo | undefined;
  readonly verifySignature: VerifySignature | undefined;
  readonly pushRequest: PushRequest | undefined;
  readonly postLogoutRedirectUri: string | null;
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly fetch: ProtocolFetch;
  readonly navigate: (url: string) => void;
  readonly slot: ProtocolSlot;
}

/** The names of the options, and whether each is a function. */
const isFunction: Readonly<Record<string, boolean>> = {
  issuer: false,
  clientId: false,
  redirectUri: false,
  scope: false,
  resource: false,
  endpoints: false,
  dpop: false,
  clientAuth: true,
  user: true,
  userInfo: true,
  verifySignature: true,
  pushRequest: true,
  postLogoutRedirectUri: false,
  storage: false,
  fetch: true,
  navigate: true,
} satisfies Record<keyof OAuthOptions, boolean>;

export function readOAuthOptions(options: OAuthOptions): OAuthSettings {
  check('options', options, object);
  const names = Object.keys(isFunction);
  expectKnown('', options, names);
  expectMembers(
    'options',
    options,
    names.filter((name) => isFunction[name]).map((name) => `${name}?`),
  );
  const { resource = [], storage, redirectUri, postLogoutRedirectUri } = options;
  const {
    navigate = (url: string) => location.assign(url),
    userInfo,
    verifySignature,
    pushRequest,
  } = options;
  const slot: ProtocolSlot = { observer: null };
  return {
    issuer: String(check('issuer', options.issuer, issuer)),
    clientId: check('clientId', options.clientId, text),
    redirectUri: () => absolute(check('redirectUri', redirectUri, address)),
    scope: check('scope', options.scope ?? 'openid', text),
    apis: isApiTokens(resource) ? resource : oneToken(resource),
    endpoints: options.endpoints,
    dpop: options.dpop ?? null,
    clientAuth: options.clientAuth ?? null,
    user: options.user ?? profileOf,
    userInfo,
    verifySignature,
    pushRequest,
    postLogoutRedirectUri: postLogoutRedirectUri === undefined ? null : String(postLogoutRedirectUri),
    storage: () => storage ?? localStorage,
    fetch: (url, { body = null, ...init }) => (options.fetch ?? fetch)(url, { body, ...init }),
    navigate(url) {
      slot.observer?.redirected(url);
      navigate(url);
    },
    slot,
  };
}

const issuer: Kind<string | URL> = {
  expected: 'an `https:` URL without query and fragment, or `http:` on this machine',
  includes(value): value is string | URL {
    if (!(typeof value === 'string' || value instanceof URL) || !URL.canParse(value)) return false;
    const { protocol, hostname, search, hash } = new URL(value);
    const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
    return (protocol === 'https:' || (protocol === 'http:' && isLocal)) && search === '' && hash === '';
  },
};

const address: Kind<string | URL> = {
  expected: 'a URL, or a path in a page',
  includes: (value): value is string | URL =>
    (typeof value === 'string' && value !== '') || value instanceof URL,
};

/** In a page, a path is resolved against the page's address, and in a worker against that of its module. */
export function absolute(given: string | URL): string {
  const worker = typeof location === 'undefined' ? undefined : location.href;
  return new URL(given, typeof document === 'undefined' ? worker : document.baseURI).href;
}

/** Claims of an ID token that are not about the user, and change with each token (OpenID Connect Core, section 2). */
const protocolClaims: readonly string[] = [
  ...['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'auth_time', 'acr', 'amr', 'azp', 'sid'],
  ...['at_hash', 'c_hash', 's_hash'],
];

function profileOf({ sub, ...claims }: IDToken): OAuthUser {
  const profile = Object.entries(claims).filter(([name]) => !protocolClaims.includes(name));
  return { ...Object.fromEntries(profile), sub };
}
