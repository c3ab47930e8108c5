import type { ServerContract } from '../server/contract.ts';
import type { CodeFlow } from './codeFlow.ts';
import type { providerCall, ProviderCall } from './providerCall.ts';
import type { OAuthUser } from './windowSignIn.ts';

/** A provider for a worker that keeps the tokens of pages. */
export interface WorkerOAuth {
  readonly issuer: string;
  readonly redirectUri: () => string;
  /** The origins that get tokens, beside that of `baseUrl`. */
  readonly origins: readonly string[];
  readonly codeFlow: CodeFlow<OAuthUser>;
  /** The contract without a sign-in. Its `logout` leaves no page. */
  readonly contract: ServerContract<OAuthUser, never>;
  readonly providerCall: typeof providerCall;
  /** A call outside the contract. */
  directCall(this: void, signal: AbortSignal): ProviderCall;
  /** The address where the page ends the session at the provider, or `null`. It contains no ID token. */
  endSessionUrl(this: void, signal: AbortSignal): Promise<string | null>;
}
