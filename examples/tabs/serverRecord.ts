import type { Plugin } from 'vite';
import type { RunningServer } from '../../test/referenceServer/server.ts';
import { ownRoutes } from '../ownRoutes.ts';
import type { Served, ServerRecord } from './src/server/serverRecord.ts';

/** The header with the id of the tab. */
const tabHeader = 'X-Tab';

/** Routes of the page's own host that no real API offers: they count requests and expire tokens. */
export function serverRecord(server: RunningServer): Plugin {
  const tabs = recordTabs(server);
  return ownRoutes('/server', {
    'GET /': (): ServerRecord => {
      const { refresh } = server.counts();
      const reused = server.requests.filter(({ code }) => code === 'refreshTokenReused').length;
      const answered = [...tabs.values()].reduce((sum, tab) => sum + tab.answered, 0);
      return { refreshes: refresh, reused, answered, tabs: Object.fromEntries(tabs) };
    },
    'POST /expire-access-tokens': () => server.expireAccessTokens(),
  });
}

/** Counts the requests and refreshes of each tab. */
function recordTabs(server: RunningServer): ReadonlyMap<string, Served> {
  const tabs = new Map<string, Served>();
  for (const [kind, count] of [
    ['api', 'answered'],
    ['refresh', 'refreshes'],
  ] as const) {
    server.intercept(kind, async (request, next) => {
      const answer = await next();
      const id = request.headers.get(tabHeader);
      if (id !== null && answer.ok) {
        const served = tabs.get(id) ?? { answered: 0, refreshes: 0 };
        tabs.set(id, { ...served, [count]: served[count] + 1 });
      }
      return answer;
    });
  }
  return tabs;
}
