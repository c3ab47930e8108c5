import { createGate } from '../../referenceServer/authorities.ts';
import type { RunningServer } from '../../referenceServer/server.ts';
import type { World } from './world.ts';

/** What an application does in each situation, in the words of the guides. */
export const differences: Readonly<Record<string, (world: World, expected: string) => Promise<string>>> = {
  'Five requests with an expired access token': async ({ server, openTab }) => {
    const tab = await openTab();
    await tab.signIn();
    server.expireAccessTokens();
    const loaded = await tab.load(1, 2, 3, 4, 5);
    return `${refreshesOf(server)}, ${loaded} of 5 succeed`;
  },

  'Sign-out during a refresh': async ({ server, openTab }) => {
    const tab = await openTab();
    await tab.signIn();
    server.expireAccessTokens();
    const refresh = gather(server, 'refresh', 1);
    const loading = tab.load(1);
    await refresh.arrived;
    await tab.signOut();
    refresh.release();
    await loading;
    const isUndone = await isSignedIn({ server, openTab });
    return isUndone ? 'the late response signs the user in again' : 'stays signed out';
  },

  'The refresh endpoint answers 503 once': async ({ server, openTab }) => {
    const tab = await openTab();
    await tab.signIn();
    server.expireAccessTokens();
    server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    const request = (await tab.load(1)) === 1 ? 'the request succeeds' : 'the request fails';
    return `${request}, ${await endOf({ server, openTab })}`;
  },

  'Two tabs with an expired access token': async ({ server, openTab }, expected) => {
    await (await openTab()).signIn();
    const tabs = [await openTab(), await openTab()];
    server.expireAccessTokens();
    const requests = gather(server, 'api', 2);
    const refreshes = gather(server, 'refresh', Number.parseInt(expected, 10));
    // Chromium sends one of two equal requests at a time.
    const loading = tabs.map((tab, n) => tab.load(n));
    await requests.arrived;
    requests.release();
    await refreshes.arrived;
    refreshes.release();
    const loaded = await Promise.all(loading);
    const count = loaded.filter((one) => one === 1).length;
    const sent = refreshesOf(server);
    return `${sent}, ${count} of 2 succeed, ${await endOf({ server, openTab })}`;
  },
};

function refreshesOf(server: RunningServer): string {
  const { refresh } = server.counts();
  return `${refresh} refresh${refresh === 1 ? '' : 'es'}`;
}

/** Whether the application is still signed in after a reload and the next expiry. */
async function isSignedIn({ server, openTab }: Pick<World, 'server' | 'openTab'>): Promise<boolean> {
  server.expireAccessTokens();
  return (await (await openTab()).load(6)) === 1;
}

const endOf = async (world: Pick<World, 'server' | 'openTab'>): Promise<string> =>
  (await isSignedIn(world)) ? 'stays signed in' : 'signed out';

/** Keeps the next requests of a kind at the server until so many have arrived and are released. */
function gather(server: RunningServer, kind: 'api' | 'refresh', count: number) {
  const all = createGate();
  const released = createGate();
  let arrived = 0;
  server.intercept(
    kind,
    async (_request, next) => {
      arrived += 1;
      if (arrived === count) all.open();
      await released.opened;
      return next();
    },
    { times: count },
  );
  return { arrived: all.opened, release: released.open };
}
