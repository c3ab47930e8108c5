import type { Tab } from '../platform/tab.ts';
import type { Calls } from './calls.ts';
import type { Client } from './client.ts';
import type { Action, Step } from './plan.ts';
import type { World } from './world.ts';

type Take = (step: Step, client: Client, world: World, calls: Calls) => void;

/** Does something now, and undoes it after the duration of the step. */
const during =
  (begin: (world: World, step: Step) => void, end: (world: World) => void): Take =>
  (step, _client, world) => {
    begin(world, step);
    world.scheduler.after(step.duration, () => end(world));
  };

const inTab =
  (act: (step: Step, client: Client, world: World, calls: Calls) => void): Take =>
  (step, client, world, calls) =>
    client.tab.enter(() => {
      if (isOpen(client)) act(step, client, world, calls);
    });

function suspend({ duration }: Step, { tab }: Client, { oracle, scheduler, setup }: World): void {
  oracle.ledger.trouble('tab', duration, tab);
  // It may have stopped in the middle of an operation, under the lock that orders those of all tabs.
  if (setup.place === 'slow') oracle.ledger.trouble('store', duration + 10_000);
  tab.suspend();
  scheduler.after(duration, tab.resume);
}

function setOnline({ network, clients }: World, isOnline: boolean): void {
  network.trouble.isDown = !isOnline;
  for (const { tab, signals } of clients) tab.post(0, () => signals.setOnline(isOnline));
}

/** The page learns that it will be stopped, and resumes later, as in the back-forward cache. */
const freeze: Take = (step, client, world) => {
  const { tab } = client;
  tab.enter(() => tab.dispatch('freeze', {}));
  world.scheduler.after(0, () => suspend(step, client, world));
  world.scheduler.after(step.duration, () => tab.enter(() => tab.dispatch('resume', {})));
};

const crash: Take = ({ count }, { tab }, { note, oracle }) => {
  oracle.ledger.trouble('gone', 0);
  note(tab, `will be killed at effect ${count}`);
  if (count === 0) tab.kill();
  else tab.killAtEffect(count - 1);
};

const trouble = (world: World, name: 'network' | 'server' | 'store' | 'lock', { duration }: Step): void =>
  world.oracle.ledger.trouble(name, duration + 1_000);

const store = (
  begin: (trouble: World['medium']['trouble'], step: Step) => void,
  end: (trouble: World['medium']['trouble']) => void,
): Take =>
  during(
    (world, step) => {
      trouble(world, 'store', step);
      begin(world.medium.trouble, step);
    },
    ({ medium }) => end(medium.trouble),
  );

/** What each action does. */
export const actions: Readonly<Record<Action, Take>> = {
  request: inTab(({ count }, client, _world, calls) => void calls.request(client, count === 0)),
  many: inTab(({ count }, client, _world, calls) => {
    for (let left = count; left >= 0; left -= 1) void calls.request(client, false);
  }),
  login: inTab(({ user }, client, _world, calls) => calls.login(client, user)),
  logout: inTab((_step, client, _world, calls) => calls.logout(client)),
  refresh: inTab((_step, client, _world, calls) => calls.refresh(client)),
  adopt: inTab(({ user }, client, _world, calls) => calls.adopt(client, user)),
  accessToken: inTab((_step, client, _world, calls) => calls.accessToken(client)),
  updateUser: inTab(({ count }, client, _world, calls) => calls.updateUser(client, `Name ${count}`)),
  abort: inTab((_step, { aborts }) => aborts[0]?.abort()),
  cancel: inTab(({ count }, { session }) => {
    if (count < 4) session.cancelLogin();
    else session.cancelStepUp();
  }),
  open: (_step, _client, { tabs, open }) => {
    if (tabs.filter(({ isAlive }) => isAlive()).length < 4) open();
  },
  close: inTab((_step, client, { oracle }) => {
    oracle.ledger.trouble('gone', 0);
    close(client);
  }),
  crash,
  suspend,
  freeze,
  hide: inTab(({ count }, { signals }) => signals.setVisible(count >= 4)),
  wake: inTab((_step, { signals }) => signals.wake()),
  jump({ count, duration }, _client, { tabs, device, oracle }) {
    oracle.ledger.trouble('clock', Infinity);
    const jump = (count - 4) * duration;
    device.ahead += jump;
    for (const { clock } of tabs) clock.ahead += jump;
  },
  offline: during(
    (world, step) => {
      trouble(world, 'network', step);
      setOnline(world, false);
    },
    (world) => setOnline(world, true),
  ),
  lose: ({ kind }, _client, { network }) => void (network.trouble.lost[kind] += 1),
  drop: ({ kind }, _client, { network }) => void (network.trouble.dropped[kind] += 1),
  double: ({ kind }, _client, { network }) => void (network.trouble.doubled[kind] += 1),
  late: ({ kind }, _client, { network }) => void (network.trouble.late[kind] += 1),
  stuck: ({ kind }, _client, { network }) => void (network.trouble.stuck[kind] += 1),
  outage: during(
    (world, step) => {
      trouble(world, 'server', step);
      world.server.trouble.outage = step.count < 5 ? '503' : step.count < 6 ? 'html' : '429';
      world.server.trouble.retryAfter = step.count < 7 ? 3 : 45;
    },
    ({ server }) => void (server.trouble.outage = null),
  ),
  forget: ({ count }, _client, { server }) => server.forgetAccessTokens(count),
  refuseAll: during(
    (world, step) => {
      trouble(world, 'server', step);
      world.server.trouble.refusesAll = true;
    },
    ({ server }) => void (server.trouble.refusesAll = false),
  ),
  revoke: ({ user }, _client, { server }) => server.revoke(user),
  stay: inTab((_step, { stay }) => stay()),
  expireRefresh: (_step, _client, { server }) => server.expireRefreshTokens(),
  disable: ({ user, count }, _client, { server }) => server.disable(user, count < 5),
  mixUp: (_step, _client, { server }) => void (server.trouble.mixUps += 1),
  misroute: during(
    (world, step) => {
      trouble(world, 'server', step);
      world.server.trouble.outage = 'misrouted';
    },
    ({ server }) => void (server.trouble.outage = null),
  ),
  weaken: ({ user }, _client, { server }) => server.weaken(user),
  full: store(
    (medium) => void (medium.isFull = true),
    (medium) => void (medium.isFull = false),
  ),
  block: store(
    (medium) => void (medium.isBlocked = true),
    (medium) => void (medium.isBlocked = false),
  ),
  hang: store(
    (medium) => void (medium.isHanging = true),
    (medium) => void (medium.isHanging = false),
  ),
  slow: store(
    (medium, { count }) => void (medium.slowness = 100 * count),
    (medium) => void (medium.slowness = 0),
  ),
  clear: (step, _client, world) => {
    trouble(world, 'store', step);
    world.oracle.ledger.trouble('record', Infinity);
    world.medium.clear();
  },
  tear: (step, _client, world) => {
    trouble(world, 'store', step);
    world.oracle.ledger.trouble('record', Infinity);
    world.medium.tear();
  },
  deaf: during(
    ({ channels }) => void (channels.isDeaf = true),
    ({ channels }) => void (channels.isDeaf = false),
  ),
  unruly: during(
    ({ channels }) => void (channels.isUnruly = true),
    ({ channels }) => void (channels.isUnruly = false),
  ),
  refuseLocks: during(
    (world, step) => {
      trouble(world, world.setup.place === 'slow' ? 'store' : 'lock', step);
      world.locks.isRefused = true;
    },
    ({ locks }) => void (locks.isRefused = false),
  ),
  wait: () => undefined,
};

/** The program ends the session, as a page does that is left. */
export function close(client: Client): void {
  if (client.isClosed) return;
  client.isClosed = true;
  client.session.dispose();
}

export const isOpen = ({ isClosed, tab }: Client): boolean => !isClosed && tab.isAlive();

/** Ends all trouble. */
export function calm(world: World): void {
  const { network, server, medium, channels, locks, tabs } = world;
  const { isDown: _, ...troubles } = network.trouble;
  for (const fates of Object.values(troubles))
    for (const kind of Object.keys(fates)) Reflect.set(fates, kind, 0);
  server.trouble.outage = null;
  server.trouble.refusesAll = false;
  server.trouble.mixUps = 0;
  Object.assign(medium.trouble, { isFull: false, isBlocked: false, isHanging: false, slowness: 0 });
  channels.isDeaf = channels.isUnruly = false;
  locks.isRefused = world.setup.place === 'files' && !world.setup.hasLocks;
  tabs.forEach((tab: Tab) => {
    tab.killAtEffect(Infinity);
    tab.resume();
  });
  setOnline(world, true);
}
