import type { Plugin } from 'vite';
import type { RunningServer } from '../../test/server/server.ts';
import { ownRoutes } from '../ownRoutes.ts';

/**
 * Routes of the page's own host for what no real server offers: to spoil tokens by a click, and to see what
 * has arrived. They are no part of the API.
 */
export function serverControls(server: RunningServer): Plugin {
  return ownRoutes('/controls', {
    'GET /counts': () => server.counts(),
    'POST /expire-access-tokens': () => server.expireAccessTokens(),
    'POST /revoke-sessions': () => server.revokeSessions(),
  });
}
