import type { Grant } from '../server/contract.ts';
import type { CodeFlow } from './codeFlow.ts';
import type { OAuthSettings } from './oauthOptions.ts';
import type { ProviderCall } from './providerCall.ts';
import type { TokenEndpoint } from './tokens.ts';
import type { OAuthUser, WindowSignInCall } from './windowSignIn.ts';

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
