import type { OpenTabChannel } from '../../../src/observe/index.ts';
import { lost } from './air.ts';
import {
  grace,
  openWorld,
  within,
  type Tab,
  type TabOptions,
  type World,
  type WorldOptions,
} from './world.ts';

export const noChannel: OpenTabChannel = () => {
  throw new DOMException('There is no channel in an opaque origin', 'SecurityError');
};

/** Options for tabs that get no messages from each other. */
export const quiet = { fate: lost, session: { refresh: { proactive: false, cooldown: 0 } } };

export interface Pair {
  readonly world: World;
  readonly one: Tab;
  readonly other: Tab;
}

/** Opens two such tabs, in which Ada is signed in. */
export async function openPair(options: WorldOptions = {}, tab: TabOptions = {}): Promise<Pair> {
  const world = openWorld({ ...quiet, ...options });
  const [one, other] = await world.signedIn(2, tab);
  if (other === undefined) throw new Error('Expected two tabs');
  return { world, one, other };
}

export const viewOf = ({ session }: Tab) => session.getSnapshot();
export const requestsOf = ({ server }: World) => server.requests.filter(({ kind }) => kind === 'api');

/** Waits for a promise, and for the writes that follow it. */
export async function doIn<Value>(world: World, what: Promise<Value>): Promise<Value> {
  const value = await within(world, 20_000, what);
  await world.clock.advance(100);
  return value;
}

export async function changeUser(world: World, tab: Tab): Promise<void> {
  await doIn(world, tab.session.logout());
  await doIn(world, tab.session.login(grace));
}
