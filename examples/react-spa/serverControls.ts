import type { Plugin } from 'vite';
import type { RunningServer } from '../../test/server/server.ts';

/**
 * Routes of the page's own host for what no real server offers: to spoil tokens by a click, and to see what
 * has arrived. They are no part of the API.
 */
export function serverControls(server: RunningServer): Plugin {
  const routes: Readonly<Record<string, () => unknown>> = {
    'GET /counts': () => server.counts(),
    'POST /expire-access-tokens': () => server.expireAccessTokens(),
    'POST /revoke-sessions': () => server.revokeSessions(),
  };
  return {
    name: 'server-controls',
    configureServer({ middlewares }) {
      middlewares.use('/controls', (request, response) => {
        const route = routes[`${request.method ?? ''} ${request.url ?? ''}`];
        response.statusCode = route === undefined ? 404 : 200;
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify(route?.() ?? null));
      });
    },
  };
}
