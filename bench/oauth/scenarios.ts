import type { Route } from 'playwright';
import type { Tab, World } from './world.ts';

/** What happened, as a cell of the table. */
export type Scenario = (world: World) => Promise<string>;

const succeeded = (statuses: readonly string[]): number => statuses.filter((one) => one === '200').length;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const ends = (lives: boolean): string => (lives ? 'stays signed in' : 'signed out');

function reported(errors: readonly string[]): void {
  for (const error of new Set(errors.filter((one) => !/^\d+$/.test(one)))) console.error(`  ${error}`);
}

async function outcome(world: World, statuses: readonly string[]): Promise<string> {
  reported(statuses);
  const requests = world.tokenRequests();
  const calls = `${succeeded(statuses)} of ${statuses.length} calls`;
  return `${counted(requests, 'request')}, ${calls}, ${ends(await world.lives())}`;
}

/** Holds the responses of the token endpoint, which has rotated the refresh token already. */
function holdResponses(world: World): { readonly arrived: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const arrived = new Promise<void>((resolve) => {
    world.intercept = async (route: Route) => {
      const response = await route.fetch();
      resolve();
      await released;
      // The page may have aborted the request.
      await route.fulfill({ response }).catch(() => undefined);
    };
  });
  return { arrived, release };
}

const delay = (duration: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, duration));

async function signOutDuringRefresh(world: World, other: Tab): Promise<string> {
  await world.passHour();
  const { arrived, release } = holdResponses(world);
  const call = world.tab.call();
  await arrived;
  const signOut = other.signOut().catch((error: unknown) => reported([String(error)]));
  // A library may wait for the refresh before it signs out.
  await Promise.race([signOut, delay(3_000)]);
  release();
  reported(await call);
  await signOut;
  world.intercept = null;
  const tab = await world.openTab();
  const isSignedIn = await tab.isSignedIn();
  const [status] = await tab.call();
  if (status === '200') return 'the user is signed in again';
  return isSignedIn ? 'shown as signed in, calls fail' : 'stays signed out';
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  'Five concurrent calls after the expiry': async (world) => {
    await world.passHour();
    return outcome(world, await world.tab.call(5));
  },
  'Five concurrent calls with a token that the API refuses before its time': async (world) => {
    world.refuseTokens();
    return outcome(world, await world.tab.call(5));
  },
  'Calls in two tabs at once after the expiry': async (world) => {
    const other = await world.openTab();
    await world.passHour();
    world.intercept = async (route) => {
      const response = await route.fetch();
      await delay(500);
      await route.fulfill({ response });
    };
    const statuses = await Promise.all([world.tab.call(), other.call()]);
    return outcome(world, statuses.flat());
  },
  'Sign-out during a refresh': (world) => signOutDuringRefresh(world, world.tab),
  'Sign-out in another tab during a refresh': async (world) =>
    signOutDuringRefresh(world, await world.openTab()),
  'The token endpoint responds 503 to a refresh': async (world) => {
    await world.passHour();
    world.intercept = (route) =>
      route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' }, body: 'down' });
    const start = performance.now();
    reported(await world.tab.call());
    const requests = world.tokenRequests();
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    const isSignedIn = await world.tab.isSignedIn();
    const shown = isSignedIn ? 'signed in meanwhile' : 'signed out meanwhile';
    return `${counted(requests, 'request')} in ${seconds} s, ${shown}, ${ends(await world.lives())}`;
  },
};
