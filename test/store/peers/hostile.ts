import { openWorld, type Tab, type World, type WorldOptions } from './world.ts';

export const quiet = { session: { refresh: { proactive: false } } };
export const id = 'a4f1c0de-0000-4000-8000-000000000000';

export class Hostile {
  get type(): string {
    throw new Error('This property must not be read');
  }
}

const cyclic: Record<string, unknown> = { type: 'adopted', generation: 2 };
cyclic['sessionId'] = cyclic;

/** Values that are not messages of this library. */
export const malformed: readonly unknown[] = [
  undefined,
  null,
  0,
  Number.NaN,
  '',
  'loggedOut',
  Symbol('loggedOut'),
  () => 'loggedOut',
  [],
  ['loggedOut'],
  {},
  { type: null },
  { type: 'loggedOut' },
  { type: 'expired', sessionId: null, generation: 0 },
  { type: 'loggedOut', sessionId: '', generation: 0 },
  { type: 'loggedOut', sessionId: 7, generation: 0 },
  { type: 'loggedOut', sessionId: 'x'.repeat(65), generation: 0 },
  { type: 'adopted', sessionId: id, generation: '2' },
  { type: 'adopted', sessionId: id, generation: Number.NaN },
  { type: 'adopted', sessionId: id, generation: Infinity },
  { type: 'adopted', sessionId: id, generation: 1.5 },
  { type: 'adopted', sessionId: id, generation: 2 ** 60 },
  { type: 'toString', sessionId: id, generation: 2 },
  { type: 'x'.repeat(10_000_000), sessionId: id, generation: 2 },
  { type: 'present' },
  { type: 'present', id: 'x'.repeat(10_000_000), status: 'expired', holdsLock: true, isVisible: true },
  { type: 'present', id, status: 'signedIn', holdsLock: true, isVisible: true },
  { type: 'present', id, status: 'expired', holdsLock: 1, isVisible: true },
  { type: 'present', id, status: 'expired', holdsLock: true },
  { type: 'absent' },
  { type: 'absent', id: {} },
  cyclic,
  new Uint8Array(10_000_000),
  new Map([['type', 'loggedOut']]),
  JSON.stringify({ type: 'loggedOut', sessionId: id, generation: 0 }),
];

export interface Seen {
  readonly world: World;
  readonly tab: Tab;
  /** The names of what a message has changed: the view, the emitted events, the record, the requests. */
  changes(): Promise<readonly string[]>;
}

/** A tab in which Ada is signed in, and that has nothing to do for a while. */
export async function openSignedIn(options: WorldOptions = {}): Promise<Seen> {
  const world = openWorld({ ...quiet, ...options });
  const [tab] = await world.signedIn(1);
  await world.clock.advance(1_000);
  const look = () => ({
    view: tab.session.getSnapshot(),
    facts: tab.facts.length,
    record: JSON.stringify(world.store.record()),
    requests: world.server.requests.length,
  });
  const before = look();
  return {
    world,
    tab,
    async changes() {
      await world.clock.advance(10_000);
      const now = look();
      // The view must be the same object, so that no component re-renders.
      return (['view', 'facts', 'record', 'requests'] as const).filter((part) => now[part] !== before[part]);
    },
  };
}

export function idOf({ store }: World): string {
  return store.record()?.sessionId ?? '';
}

/** Valid messages with false contents. */
export const forged = (world: World): readonly (readonly [string, unknown])[] => [
  ['a change', 'changed'],
  ['a sign-out', { type: 'loggedOut', sessionId: idOf(world), generation: 0 }],
  ['an expiry', { type: 'expired', sessionId: idOf(world), generation: 0 }],
  ['a sign-out of another session', { type: 'loggedOut', sessionId: id, generation: 0 }],
  ['newer tokens', { type: 'adopted', sessionId: idOf(world), generation: 1_000_000 }],
  ['older tokens', { type: 'adopted', sessionId: idOf(world), generation: -5 }],
  ['the same tokens', { type: 'adopted', sessionId: idOf(world), generation: 1 }],
  ['another session', { type: 'adopted', sessionId: id, generation: 1 }],
  [
    'tokens and a user of its own',
    {
      type: 'adopted',
      version: 1,
      sessionId: id,
      generation: 7,
      accessToken: 'forged',
      refreshToken: 'forged',
      user: { username: 'mallory' },
    },
  ],
  ['a prototype', { type: 'adopted', sessionId: '__proto__', generation: 1, __proto__: { status: 'x' } }],
];
