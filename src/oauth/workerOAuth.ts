import type { ServerContract } from '../server/contract.ts';
import { createCodeFlow, type CodeFlow } from './codeFlow.ts';
import { contractOf, endSessionUrl, providerCall } from './oauthContract.ts';
import type { OAuthSettings, OAuthUser } from './oauthOptions.ts';
import { createProvider } from './provider.ts';
import { createTokenEndpoint, type ProviderCall } from './tokens.ts';

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

/**
 * The keys of DPoP stay in memory, as the tokens do: every script of the origin could sign with a key in IndexedDB, even one
 * that it cannot read.
 */
export function createWorkerOAuth(given: OAuthSettings): WorkerOAuth {
  const settings: OAuthSettings = {
    ...given,
    dpop: given.dpop?.inMemory() ?? null,
    postLogoutRedirectUri: null,
  };
  const provider = createProvider(settings);
  const endpoint = createTokenEndpoint(settings, provider);
  const directCall = (signal: AbortSignal): ProviderCall => ({ fetch: settings.fetch, signal });
  return {
    issuer: settings.issuer,
    redirectUri: settings.redirectUri,
    origins: settings.apis.origins,
    codeFlow: createCodeFlow(settings, endpoint),
    contract: contractOf({ settings, endpoint, client: provider.client }),
    providerCall,
    directCall,
    endSessionUrl: (signal) => endSessionUrl(given, endpoint, directCall(signal)),
  };
}
