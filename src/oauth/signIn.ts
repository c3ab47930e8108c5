import type { Grant } from '../server/contract.ts';
import type { CodeFlow } from './codeFlow.ts';
import type { OAuthSettings, OAuthUser } from './oauthOptions.ts';
import type { ProviderCall, TokenEndpoint } from './tokens.ts';

/** What a way to sign in may use. */
export interface SignInCall<User = OAuthUser> extends ProviderCall {
  readonly settings: OAuthSettings;
  readonly codeFlow: CodeFlow<User>;
  readonly endpoint: TokenEndpoint<User>;
}

/** A way to sign in, for `session.login`: `popup()`, `deviceCode()` and others create one. */
export interface SignIn {
  readonly run: <User>(call: SignInCall<User>) => Promise<Grant<User>>;
}
