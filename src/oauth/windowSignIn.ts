import type { Grant } from '../server/contract.ts';
import type { AuthorizationParameters } from './codeFlow.ts';

/** The user of a session at a provider: at least the subject identifier (OpenID Connect Core, section 8). */
export interface OAuthUser {
  readonly sub: string;
}

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
