import { createGate } from '../../referenceServer/authorities.ts';
import type { World } from './world.ts';

/** What an application does in each situation, in the words of the guides. */
export const differences: Readonly<Record<string, (world: World, expected: string) => Promise<string>>> = {
  'Five requests after the access token has expired': async (world, expected) => {
    const token = holdTokenRequests(world, expected);
    await world.passHour();
    await world.tab.load();
    await token.released();
    const loaded = await world.tab.loaded();
    return `${refreshesOf(world)}, ${loaded} of 5 succeed`;
  },

  'Five requests that the API refuses with 401': async (world) => {
    world.refuseTokens();
    await world.tab.load();
    const loaded = await world.tab.loaded();
    return `${refreshesOf(world)}, ${loaded} of 5 succeed`;
  },

  'Sign-out during a refresh': async (world) => {
    const token = holdTokenRequests(world, '1 refresh');
    await world.passHour();
    await world.tab.load();
    await token.arrived;
    await world.tab.signOut();
    await token.released();
    const isUndone = await world.isSignedIn();
    return isUndone ? 'the late response signs the user in again' : 'stays signed out';
  },

  'The token endpoint answers 503 once': async (world) => {
    world.intercept = async (route) => {
      world.intercept = null;
      await route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' } });
    };
    await world.passHour();
    await world.tab.load();
    const loaded = await world.tab.loaded();
    return `${loaded} of 5 succeed, ${await endOf(world)}`;
  },

  'Two tabs after the access token has expired': async (world, expected) => {
    const tabs = [world.tab, await world.openTab()];
    const token = holdTokenRequests(world, expected);
    await world.passHour();
    for (const tab of tabs) await tab.load();
    await token.released();
    const loaded = await Promise.all(tabs.map((tab) => tab.loaded()));
    const sent = refreshesOf(world);
    return `${sent}, ${loaded.reduce((sum, count) => sum + count)} of 10 succeed, ${await endOf(world)}`;
  },
};

function refreshesOf(world: World): string {
  const count = world.tokenRequests();
  return `${count} refresh${count === 1 ? '' : 'es'}`;
}

const endOf = async (world: World): Promise<string> =>
  (await world.isSignedIn()) ? 'stays signed in' : 'signed out';

/** Keeps token requests back until as many have arrived as a guide expects, and are released. */
function holdTokenRequests(world: World, expected: string) {
  const count = Number.parseInt(expected, 10);
  const all = createGate();
  const released = createGate();
  let arrived = 0;
  const answered: Promise<unknown>[] = [];
  world.intercept = async (route) => {
    const isToken = route.request().method() === 'POST';
    if (isToken) arrived += 1;
    if (arrived === count) all.open();
    await released.opened;
    if (isToken) answered.push(route.request().response());
    await route.continue();
  };
  return {
    arrived: all.opened,
    /** Lets them go on, and waits for their responses. */
    async released() {
      await all.opened;
      released.open();
      await Promise.allSettled(answered);
    },
  };
}
