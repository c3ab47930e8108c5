import type { Grant } from '../server/contract.ts';
import type { AuthorizationParameters, CodeFlow } from './codeFlow.ts';
import type { OAuthSettings, OAuthUser } from './oauthOptions.ts';
import type { ProviderCall, TokenEndpoint } from './tokens.ts';

/** What a sign-in in another window of the browser may use. */
export interface WindowSignInCall<User = OAuthUser> {
  readonly signal: AbortSignal;
  /** Creates an authorization request with this state, and the function that exchanges the code of the response. */
  begin(
    this: void,
    parameters: AuthorizationParameters,
    state: string,
  ): Promise<{
    readonly url: string;
    readonly exchange: (response: URLSearchParams) => Promise<Grant<User>>;
  }>;
}

/** What a way to sign in may use. */
export interface SignInCall<User = OAuthUser> extends ProviderCall, WindowSignInCall<User> {
  readonly settings: OAuthSettings;
  readonly codeFlow: CodeFlow<User>;
  readonly endpoint: TokenEndpoint<User>;
}

/** A way to sign in, for `session.login`: `popup()`, `deviceCode()` and others create one. */
export interface SignIn {
  readonly run: <User>(call: SignInCall<User>) => Promise<Grant<User>>;
}

/** A way to sign in that works with `oauthVault` too: `popup()` and `silentFrame()` create one. */
export interface WindowSignIn extends SignIn {
  readonly run: <User>(call: WindowSignInCall<User>) => Promise<Grant<User>>;
}
