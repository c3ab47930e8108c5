import type { Plugin } from 'vite';
import type { TestProvider } from '../../test/oauth/provider.ts';
import type { RunningServer } from '../../test/referenceServer/server.ts';
import { ownRoutes } from '../ownRoutes.ts';

/**
 * Routes of the page's own host that no real API offers: they expire tokens, revoke sessions and count requests.
 */
export function serverControls(server: RunningServer, provider: () => TestProvider | null): Plugin {
  return ownRoutes('/controls', {
    'GET /counts': () => countsOf(server, provider()),
    'POST /expire-access-tokens'() {
      server.expireAccessTokens();
      provider()?.expireAccessTokens();
    },
    'POST /revoke-sessions'() {
      server.revokeSessions();
      return provider()?.endGrants();
    },
  });
}

/** The requests to both. */
function countsOf(server: RunningServer, provider: TestProvider | null) {
  const counts = server.counts();
  if (provider === null) return counts;
  const { tokenRequests, apiResponses } = provider;
  return {
    ...counts,
    api: counts.api + apiResponses.length,
    refused: counts.refused + apiResponses.filter((status) => status === 401 || status === 403).length,
    refresh:
      counts.refresh +
      tokenRequests.filter(({ grant, status }) => grant === 'refresh_token' && status === 200).length,
  };
}
