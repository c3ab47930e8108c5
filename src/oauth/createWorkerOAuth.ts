import { createCodeFlow } from './createCodeFlow.ts';
import { contractOf, endSessionUrl } from './oauthContract.ts';
import type { OAuthSettings } from './oauthOptions.ts';
import { createProvider } from './provider.ts';
import { providerCall, type ProviderCall } from './providerCall.ts';
import { createTokenEndpoint } from './tokens.ts';
import type { WorkerOAuth } from './workerOAuth.ts';

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
