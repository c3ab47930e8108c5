import { createSession, type Session, type SessionOptions } from '../../../src/index.ts';
import type { OpenTabChannel } from '../../../src/observe/index.ts';
import type { PlatformLock } from '../../../src/store/sharedLock.ts';
import {
  createSignals,
  createTestServer,
  memoryAccounts,
  type SignalsControl,
  type TestServer,
} from '../../../src/testing/index.ts';
import { createManualClock, type ManualClock } from '../../clock.ts';
import { rotating } from '../../referenceServer/contracts/rotating.ts';
import { ada, grace, type Credentials, type User } from '../../interleavings/world.ts';
import { delivered, openAir, type Air, type Fate } from './air.ts';
import { openCommonLock, type CommonLock } from './commonLock.ts';
import { createLife, never, type Life } from './life.ts';
import { openSharedStore, type Powers, type SharedStore } from './sharedStore.ts';

export { ada, grace, type Credentials, type User };

type Options = SessionOptions<User, Credentials>;

export interface WorldOptions {
  /** How long a call to the store takes in each direction, in milliseconds. Default: the store is synchronous. */
  readonly storeDelay?: () => number;
  /** After how many milliseconds a tab sees the write of another. Default is 0. */
  readonly storeLateness?: number;
  /** Whether a tab can wait for that. Default is `false`. */
  readonly canCatchUp?: boolean;
  readonly hasStorageEvents?: boolean;
  readonly quota?: number;
  /** Whether the tabs share a lock. Default is `true`. */
  readonly hasLock?: boolean;
  /** How long it takes to pass the lock to the next holder, in milliseconds. Default is 0. */
  readonly handOver?: () => number;
  /** The fate of each message. By default each arrives once and in order. */
  readonly fate?: Fate;
  /** How long a request takes in each direction, in milliseconds. Default is 0. */
  readonly way?: () => number;
  readonly random?: () => number;
  /** In seconds. Default is 60. */
  readonly accessTokenLifetime?: number;
  /** Options of the session in every tab. */
  readonly session?: Partial<Omit<Options, 'environment'>>;
}

/** A session, with a store, a lock, a channel and a network that end with it. */
export interface Tab {
  readonly session: Session<User, Credentials>;
  readonly signals: SignalsControl;
  readonly life: Life;
  /** The types of the emitted events. */
  readonly facts: readonly string[];
  /** The times at which its refresh calls reached the server, in milliseconds since the start. */
  readonly calls: readonly number[];
}

export interface World {
  readonly clock: ManualClock;
  /** The clock of the device, which the tabs read. It is `ahead` of the true time by so many milliseconds. */
  readonly device: { ahead: number };
  readonly server: TestServer;
  readonly store: SharedStore;
  readonly lock: CommonLock;
  readonly air: Air;
  readonly tabs: readonly Tab[];
  open(options?: TabOptions): Tab;
  openMany(count: number, options?: TabOptions): readonly Tab[];
  /** Connects or disconnects the device, and tells every tab. */
  setOnline(isOnline: boolean): void;
  /** Opens so many tabs in which Ada is signed in. */
  signedIn(count: number, options?: TabOptions): Promise<readonly [Tab, ...Tab[]]>;
  /** When the refresh endpoint was called, in milliseconds since the start. */
  refreshTimes(): readonly number[];
  /** How often the server has received a used refresh token. */
  reuses(): number;
  [Symbol.dispose](): void;
}

export interface TabOptions extends Partial<Omit<Options, 'environment'>> {
  readonly lock?: PlatformLock;
  readonly openChannel?: OpenTabChannel;
  readonly change?: Powers['change'];
  readonly catchUp?: Powers['catchUp'];
  readonly random?: () => number;
  readonly isVisible?: boolean;
  readonly signals?: SignalsControl;
}

const year = 365 * 86_400;

export function openWorld(options: WorldOptions = {}): World {
  const { hasLock = true, fate = delivered, handOver = () => 0, way = () => 0 } = options;
  const clock = createManualClock();
  const start = clock.now();
  const now = () => clock.now();
  const device = { ahead: 0 };
  const { accessTokenLifetime = 60 } = options;
  const accounts = memoryAccounts({ now, accessTokenLifetime, refreshTokenLifetime: year });
  const server = createTestServer({ dialect: 'rotating', now, accounts });
  const lock = openCommonLock({ clock, handOver });
  const air = openAir({ clock, fate });
  const store = openSharedStore({
    clock,
    lockOf: (life) => (hasLock ? lock.open(life) : null),
    channelOf: (life) => air.open(life),
    delay: options.storeDelay,
    lateness: options.storeLateness,
    canCatchUp: options.canCatchUp,
    hasEvents: options.hasStorageEvents,
    quota: options.quota,
  });
  const tabs: Tab[] = [];
  let isOnline = true;

  const pass = (milliseconds: number) =>
    milliseconds === 0
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          clock.schedule(resolve, milliseconds);
        });

  function network(life: Life, calls: number[]): typeof fetch {
    return async (input, init) => {
      if (life.isOver()) return never();
      const request = new Request(input, init);
      await pass(way());
      if (life.isOver()) return never();
      if (!isOnline) throw new TypeError('Failed to fetch');
      if (new URL(request.url).pathname === server.endpoints.refresh) calls.push(clock.now() - start);
      const answer = server.fetch(request).then(async (response) => {
        await pass(way());
        return response;
      });
      return life.reach(answer);
    };
  }

  /** The clock of one tab. */
  const clockOf = (life: Life) => ({
    now: () => clock.now() + device.ahead,
    // A timer is not affected when the device's clock is set.
    schedule(callback: () => void, delay: number) {
      const timer = { isArmed: true };
      const cancel = clock.schedule(() => {
        // When a frozen tab thaws, its overdue timers fire, except those that it cancels first.
        life.enter(() => {
          if (timer.isArmed) callback();
        });
      }, delay);
      return () => {
        timer.isArmed = false;
        cancel();
      };
    },
  });

  function open({
    lock: givenLock,
    openChannel,
    change,
    catchUp,
    random = options.random ?? (() => 0.5),
    isVisible = true,
    signals = createSignals(),
    ...given
  }: TabOptions = {}): Tab {
    const life = createLife();
    signals.setVisible(isVisible);
    signals.setOnline(isOnline);
    const calls: number[] = [];
    const ownClock = clockOf(life);
    const powers: Powers = {
      clock: ownClock,
      random,
      ...(givenLock !== undefined && { lock: givenLock }),
      ...(openChannel !== undefined && { openChannel }),
      ...(change !== undefined && { change }),
      ...(catchUp !== undefined && { catchUp }),
    };
    const session = createSession<User, Credentials>({
      baseUrl: server.url,
      server: rotating,
      ...options.session,
      ...given,
      store: given.store ?? store.open(life, powers),
      ky: { fetch: network(life, calls), retry: 0, timeout: false },
      environment: { clock: ownClock, random, signals },
    });
    const facts: string[] = [];
    const tab: Tab = { session, signals, life, facts, calls };
    for (const type of factTypes) session.on(type, () => facts.push(type));
    tabs.push(tab);
    return tab;
  }

  const openMany = (count: number, more?: TabOptions) => Array.from({ length: count }, () => open(more));

  return {
    clock,
    device,
    server,
    store,
    lock,
    air,
    tabs,
    open,
    openMany,
    setOnline(next) {
      isOnline = next;
      for (const { life, signals } of tabs) life.enter(() => signals.setOnline(next));
    },
    async signedIn(count, more) {
      const first = open(more);
      await within({ clock }, 60_000, first.session.login(ada));
      const others = openMany(count - 1, more);
      await within({ clock }, 60_000, Promise.all(others.map(({ session }) => session.ready())));
      return [first, ...others];
    },
    refreshTimes: () => server.requests.filter(({ kind }) => kind === 'refresh').map(({ at }) => at - start),
    reuses: () => server.requests.filter(({ code }) => code === 'refreshTokenReused').length,
    [Symbol.dispose]() {
      for (const { session } of tabs) session.dispose();
    },
  };
}

const factTypes = [
  'session.authenticated',
  'session.refreshed',
  'session.expired',
  'session.loggedOut',
  'session.refreshFailed',
  'session.userUpdated',
  'store.failed',
  'store.cleared',
  'lock.unavailable',
  'channel.unavailable',
] as const;

/** Advances the time in small steps until a promise has settled. Fails after `limit` milliseconds. */
export async function within<Value>(
  { clock }: Pick<World, 'clock'>,
  limit: number,
  promise: Promise<Value>,
): Promise<Value> {
  const progress = { isOver: false };
  const end = () => {
    progress.isOver = true;
  };
  promise.then(end, end);
  for (let passed = 0; passed <= limit; passed += 50) {
    await clock.advance(0);
    if (progress.isOver) return promise;
    await clock.advance(50);
  }
  throw new Error(`The promise has not settled within ${limit} ms`);
}
