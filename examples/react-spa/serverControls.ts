import type { Plugin } from 'vite';
import type { RunningServer } from '../../test/referenceServer/server.ts';
import { ownRoutes } from '../ownRoutes.ts';

/**
 * Routes of the page's own host that no real API offers: they expire tokens, revoke sessions and count requests.
 */
export function serverControls(server: RunningServer): Plugin {
  return ownRoutes('/controls', {
    'GET /counts': () => server.counts(),
    'POST /expire-access-tokens': () => server.expireAccessTokens(),
    'POST /revoke-sessions': () => server.revokeSessions(),
  });
}
