import type { Grant } from '../server/contract.ts';
import type { ProviderCall } from './providerCall.ts';

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

/** Options of `signIn()`. */
export interface RedirectOptions extends AuthorizationParameters {
  /** Where your program continues after the sign-in: returned by `complete()`. Default is the current address. */
  readonly returnTo?: string;
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

/** Sign-ins by redirect for a web server, which keeps their notes itself. */
export interface ServerSignIns<User> {
  readonly redirectUri: () => string;
  begin(
    this: void,
    parameters: AuthorizationParameters,
  ): Promise<{ readonly url: string; readonly signIn: PendingSignIn }>;
  exchange(this: void, signIn: PendingSignIn, response: URLSearchParams): Promise<Grant<User>>;
  /** Revokes the tokens of a sign-in that is refused. */
  revoke(this: void, grant: Grant<User>): Promise<void>;
}
