import fc from 'fast-check';
import type { Grant } from '../../src/index.ts';
import { outcomeOf } from '../store/peers/outcomes.ts';
import { ada, grace, type Tab, type User, type World } from '../store/peers/world.ts';

/** Chooses one of the open tabs: the number modulo their count. */
const tab = fc.nat({ max: 3 });
const who = fc.constantFrom(ada, grace);
const minutes = 60_000;

/** Everything that users, tabs, servers, clocks and time can do, in any order. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('request'), tab } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('login', 'adopt'), tab, who } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('logout', 'refresh'), tab } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('expire', 'trouble') } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('revoke', 'lose') } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('die', 'open', 'wake', 'hide', 'show', 'freeze', 'thaw'),
      tab,
    } as const),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('online', 'offline', 'clear') } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump'),
      milliseconds: fc.constantFrom(0, -10 * minutes, 10 * minutes, 600 * minutes),
    } as const),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      milliseconds: fc.constantFrom(0, 1, 50, 250, 61_000),
    } as const),
  },
);

export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

export const steps = fc.array(step, { minLength: 3, maxLength: 25 });

/** One request and its outcome. */
interface Sent {
  readonly from: Tab;
  /** The user that the tab showed when the request was made. */
  readonly as: string | null;
  /** The status of the response, or the code of the error, or `null` while the request is pending. */
  outcome: number | string | null;
  /** The user to whom the response belongs. */
  user: string | null;
}

/** The events that may end a session. */
interface Happened {
  logout: boolean;
  revoke: boolean;
  /** A tab died or was frozen during its refresh, or the response of a refresh was lost. */
  lostCall: boolean;
  clear: boolean;
  /** The clock was set during a refresh: without a lock, the age of a mark is then unknown. */
  jumpInCall: boolean;
}

export interface Play {
  readonly world: World;
  readonly sent: readonly Sent[];
  readonly happened: Happened;
  readonly living: () => readonly Tab[];
  /** The number of pending calls in tabs that are alive. */
  readonly open: () => number;
}

/** Plays the steps, and waits until everything has settled. */
export async function play(world: World, given: readonly Step[]): Promise<Play> {
  const sent: Sent[] = [];
  const happened: Happened = {
    logout: false,
    revoke: false,
    lostCall: false,
    clear: false,
    jumpInCall: false,
  };
  const under = new Map<symbol, Tab>();
  const living = () => world.tabs.filter(({ life }) => !life.isOver());

  function attempt(from: Tab, what: Promise<unknown>): void {
    const key = Symbol();
    under.set(key, from);
    const end = () => void under.delete(key);
    what.then(end, end);
  }

  function request(from: Tab): void {
    const as = from.session.getSnapshot().user?.username ?? null;
    const record: Sent = { from, as, outcome: null, user: null };
    sent.push(record);
    const answer = from.session.fetch(`/api/items/${sent.length}`);
    const read = answer.then(async (response) => {
      const body: unknown = await response.clone().json();
      record.user = typeof body === 'object' && body !== null && 'user' in body ? String(body.user) : null;
      return response;
    });
    void outcomeOf(read).then((outcome) => {
      record.outcome = outcome;
    });
  }

  async function adopt(to: Tab, credentials: typeof ada): Promise<void> {
    const answer = await world.server.fetch(world.server.endpoints.login, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    const grant: unknown = await answer.json();
    if (!to.life.isOver()) await to.session.adopt(grant as Grant<User>);
  }

  function noteLoss({ session }: Tab): void {
    if (session.actor.getSnapshot().hasTag('holdsLock')) happened.lostCall = true;
  }

  async function take(next: Step): Promise<void> {
    const { server, clock, device } = world;
    const tabs = living();
    const chosen = 'tab' in next ? tabs[next.tab % tabs.length] : undefined;
    if (next.do === 'wait') await clock.advance(next.milliseconds);
    else if (next.do === 'jump') {
      happened.jumpInCall ||= tabs.some(({ session }) => session.getSnapshot().status === 'refreshing');
      device.ahead = next.milliseconds;
    } else if (next.do === 'expire') server.expireAccessTokens();
    else if (next.do === 'revoke') {
      happened.revoke = true;
      server.revokeSessions();
    } else if (next.do === 'trouble')
      server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
    else if (next.do === 'lose') {
      happened.lostCall = true;
      server.intercept('refresh', (_request, answer) => answer().then(() => Response.error()), { times: 1 });
    } else if (next.do === 'open') {
      if (tabs.length < 4) world.open();
    } else if (next.do === 'online' || next.do === 'offline') world.setOnline(next.do === 'online');
    else if (next.do === 'clear') {
      happened.clear = true;
      world.store.clear();
    } else if (chosen === undefined) return;
    else if (next.do === 'request') request(chosen);
    else if (next.do === 'login') attempt(chosen, chosen.session.login(next.who));
    else if (next.do === 'adopt') attempt(chosen, adopt(chosen, next.who));
    else if (next.do === 'logout') {
      happened.logout = true;
      attempt(chosen, chosen.session.logout());
    } else if (next.do === 'refresh') attempt(chosen, chosen.session.refresh());
    else if (next.do === 'wake') chosen.signals.wake();
    else if (next.do === 'die') {
      if (tabs.length === 1) return;
      noteLoss(chosen);
      chosen.life.die();
    } else if (next.do === 'freeze') {
      noteLoss(chosen);
      chosen.life.freeze();
    } else if (next.do === 'thaw') chosen.life.thaw();
    else chosen.signals.setVisible(next.do === 'show');
  }

  for (const next of [{ do: 'login', tab: 0, who: ada } as const, ...given]) await take(next);
  await rest(world);
  return {
    world,
    sent,
    happened,
    living,
    open: () => [...under.values()].filter(({ life }) => !life.isOver()).length,
  };
}

/** Lets all pending operations settle, and wakes each tab so that it checks the store. */
export async function rest(world: World): Promise<void> {
  world.setOnline(true);
  for (let turn = 0; turn < 8; turn += 1) await world.clock.advance(10_000);
  for (const { life } of world.tabs) life.thaw();
  for (let turn = 0; turn < 8; turn += 1) await world.clock.advance(10_000);
  for (let round = 0; round < 3; round += 1) {
    for (const { life, signals } of world.tabs) if (!life.isOver()) signals.wake();
    await world.clock.advance(1_000);
  }
}
