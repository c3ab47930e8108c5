import { createCoverage, type Coverage } from './coverage.ts';
import { checkEnd } from './oracle/end.ts';
import type { Violation } from './oracle/ledger.ts';
import { setCurrentTab } from './platform/currentTab.ts';
import { mix } from './random.ts';
import { settle } from './scheduler.ts';
import { actions, calm, close, isOpen } from './world/actions.ts';
import { createCalls } from './world/calls.ts';
import { stepText, type Plan } from './world/plan.ts';
import { createWorld } from './world/world.ts';

/** What came of one world. */
export interface Played {
  readonly violations: readonly Violation[];
  readonly events: number;
  /** A number that differs if anything in the trace differs. */
  readonly digest: number;
}

/** A line of a trace: what happened, and when, in milliseconds. */
export type Note = (at: number, line: string) => void;

/** Worlds have a hundred events on average, and a few thousand at most. */
const mostEvents = 20_000;

/** Plays a world from its plan. The same plan always ends in the same way. */
export async function play(
  plan: Plan,
  {
    coverage = createCoverage(),
    note = () => undefined,
  }: { readonly coverage?: Coverage; readonly note?: Note } = {},
): Promise<Played> {
  let digest = plan.seed;
  const world = createWorld(plan, coverage, (at, line) => {
    digest = hashText(mix(digest, Math.round(at)), line);
    note(at, line);
  });
  const { scheduler, oracle, clients } = world;
  const calls = createCalls(world);
  const isOver = () => oracle.ledger.violations.length > 0;
  const done = () => {
    setCurrentTab(null);
    if (scheduler.count() > mostEvents)
      oracle.ledger.violate('the tabs come to rest', `more than ${mostEvents} events happen`);
    oracle.check(clients.filter(isOpen));
    return isOver();
  };
  const settled = async () => {
    await settle();
    done();
  };
  /** Does something, and then lets the time pass. */
  const pass = async (milliseconds: number, act: () => void = () => undefined) => {
    act();
    await settled();
    await scheduler.advance(milliseconds, done);
  };

  for (let count = 0; count < plan.setup.clients; count += 1) {
    world.open();
    await settled();
  }
  for (const step of plan.steps) {
    await scheduler.advance(step.after, done);
    if (isOver()) break;
    const open = clients.filter(isOpen);
    const client = open[step.client % Math.max(1, open.length)];
    world.note(null, `* ${stepText(step)}`);
    if (client === undefined) world.open();
    else actions[step.action](step, client, world, calls);
    await settled();
  }
  if (!isOver()) {
    calm(world);
    await settled();
    await checkEnd(world, calls, pass);
  }
  for (const client of clients.filter(isOpen)) {
    client.tab.enter(() => close(client));
    await settle();
    setCurrentTab(null);
  }
  return { violations: oracle.ledger.violations, events: scheduler.count(), digest };
}

function hashText(start: number, text: string): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
