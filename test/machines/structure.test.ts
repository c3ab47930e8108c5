import { readdirSync, readFileSync } from 'node:fs';
import { createActor, initialTransition, type Snapshot } from 'xstate';
import { describe, expect, test } from 'vitest';
import {
  ignoredEvents,
  longestDelay,
  serverVerdicts,
  sessionMachine,
  statuses,
} from '../../machines/index.ts';
import { now } from './circumstances.ts';
import { undescribed, wronglyTagged } from './difference.ts';
import { events } from './events.ts';
import { leaves } from './leaves.ts';
import { stateNodes, transitions } from './walk.ts';
import { input, sessionIn, step, timersOf, type Done, type SessionSnapshot } from './worlds.ts';

const shownName = (path: readonly string[]) =>
  path.filter((key, index) => key !== 'signedIn' || index === path.length - 1).join('.');

const isSignedIn = (leaf: string) => leaf.startsWith('authenticated') || leaf.startsWith('refreshing');

const folder = new URL('../../machines/', import.meta.url);

test('Every state has its tags', () => {
  expect(wronglyTagged()).toEqual([]);
});

test('Every state and transition has a description', () => {
  expect(undescribed()).toEqual([]);
});

describe('the five states', () => {
  test('are the only states at the top, except for `signedIn`, the parent of two of them', () => {
    const { signedIn, ...others } = sessionMachine.root.states;
    expect([...Object.keys(others), ...Object.keys(signedIn?.states ?? {})].sort()).toEqual(
      [...statuses].sort(),
    );
  });

  const reports = [
    ...serverVerdicts.map((verdict) => `server.${verdict}`),
    'peer.loggedOut',
    'peer.expired',
    'session.logout',
    'limit.near',
    'limit.extended',
    'limit.reached',
  ];

  test.each(leaves)('%s has a transition for every verdict, or a reason to ignore it', (leaf) => {
    const names = leaf.split('.').map((_, index, keys) => keys.slice(0, index + 1).join('.'));
    const within = stateNodes.filter(({ path }) => [...names, 'signedIn'].includes(shownName(path)));
    const lineage = within.filter(({ path }) => path[0] !== 'signedIn' || isSignedIn(leaf));
    const handled = lineage.flatMap(({ transitions: own }) => [...own.keys()]);
    const ignored = ignoredEvents
      .filter(({ states }) => states.some((state) => names.includes(state)))
      .flatMap(({ events: types }) => types);
    const stated = [...handled, ...ignored];
    const cure =
      'needs a transition in machines/session.ts, or a reason in machines/ignoredEvents.ts, and not both';
    for (const type of reports) {
      expect(
        stated.filter((other) => other === type),
        `\`${type}\` in \`${leaf}\` ${cure}`,
      ).toHaveLength(1);
    }
  });

  test('an event is listed as ignored only in states that do not handle it', () => {
    const moving = ignoredEvents.flatMap(({ states, events: types }) =>
      leaves
        .filter((leaf) => states.some((state) => leaf === state || leaf.startsWith(`${state}.`)))
        .flatMap((leaf) => types.filter((type) => step(sessionIn(leaf), events[type]).actions.length > 0)),
    );
    expect(moving).toEqual([]);
  });

  test('no transition has a wildcard event', () => {
    const wild = transitions.filter(({ type }) => type.includes('*'));
    expect(wild).toEqual([]);
  });

  test.each(leaves)('a request in %s matches at most one rule', (leaf) => {
    const snapshot = sessionIn(leaf);
    const rules = (['hold', 'attach', 'refuse', 'due'] as const).filter((tag) => snapshot.hasTag(tag));
    const expected = {
      anonymous: leaf.startsWith('anonymous.restoring.') ? ['hold'] : [],
      authenticated: leaf === 'authenticated.due.ready' ? ['due'] : ['attach'],
      refreshing: ['hold'],
      expired: ['refuse'],
      loggedOut: [],
    };
    const status = statuses.find((name) => leaf.startsWith(`${name}.`));
    expect(rules).toEqual(status && expected[status]);
  });
});

describe('actors', () => {
  const invocations = stateNodes.flatMap((node) => node.invoke.map((invoke) => ({ node, invoke })));

  test.each(invocations.map(({ node, invoke }) => [invoke.id, node, invoke] as const))(
    '%s of %o has a unique id, and its failure is handled',
    (id, node, invoke) => {
      expect(id).toBe(invoke.src);
      expect(node.ownEvents).toContain(`xstate.error.actor.${id}`);
    },
  );

  test('all four are invoked', () => {
    expect([...new Set(invocations.map(({ invoke }) => invoke.id))].sort()).toEqual([
      'authenticator',
      'refresher',
      'restorer',
      'revoker',
    ]);
  });

  test('one that was not provided throws an error that says how to provide it; the session continues', () => {
    const errors: unknown[] = [];
    const actor = createActor(sessionMachine, {
      input: { ...input, online: false },
      inspect(inspected) {
        if (inspected.type === '@xstate.event' && 'error' in inspected.event)
          errors.push(inspected.event['error']);
      },
    });
    actor.start();
    actor.send({ type: 'session.login', loginId: 'login' });
    actor.send({ ...events['session.adopt'], expiresAt: now, dueAt: now });
    actor.send({ type: 'session.refresh', at: now });

    expect(errors.map(String)).toEqual(
      ['restorer', 'authenticator', 'refresher'].map(
        (name) => `Error: \`${name}\` was not provided: give it with \`sessionMachine.provide({ actors })\``,
      ),
    );
    expect(actor.getSnapshot()).toMatchObject({
      status: 'active',
      value: { signedIn: { authenticated: { due: 'ready' } } },
    });
  });
});

describe('delays', () => {
  const years = longestDelay * 20;
  const far = { expiresAt: now + years, dueAt: now + years };
  const long = { retryAfter: years };
  const [, firstActions]: readonly [SessionSnapshot, readonly Done[]] = initialTransition(sessionMachine, {
    ...input,
    restoreTimeout: years,
  });
  const armed = {
    ...timersOf(step(sessionIn('anonymous.restoring.reading'), { ...events['store.restored'], ...far })),
    ...timersOf(
      step(sessionIn('refreshing.requesting', { expiresAt: now + years }), {
        ...events['server.unavailable'],
        ...long,
      }),
    ),
    ...timersOf(step(sessionIn('refreshing.requesting'), { ...events['server.unavailable'], ...long })),
    ...timersOf(step(sessionIn('refreshing.requesting'), { ...events['server.rateLimited'], ...long })),
    ...timersOf(
      step(sessionIn('refreshing.backingOff', { retryAt: now + years }), events['network.offline']),
    ),
    ...timersOf({ actions: firstActions }),
  };

  test.each(Object.entries(armed))('%s is within the limit of timers', (_, milliseconds) => {
    expect(milliseconds).toBeGreaterThan(0);
    expect(milliseconds).toBeLessThanOrEqual(longestDelay);
  });

  test('all of them are tested', () => {
    const used = transitions.flatMap(({ type }) =>
      type.startsWith('xstate.after.') ? [type.split('.')[2]] : [],
    );
    expect(Object.keys(armed).sort()).toEqual([...new Set(used)].sort());
  });
});

describe('the folder', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

  test.each(files)('%s imports only xstate and its siblings', (name) => {
    const source = readFileSync(new URL(name, folder), 'utf8');
    const imported = [...source.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
      (match) => match[1],
    );
    const neighbours = files.map((file) => `./${file}`);
    expect(imported.filter((specifier) => !['xstate', ...neighbours].includes(specifier ?? ''))).toEqual([]);
  });
});

const isSnapshot = (value: unknown): value is Snapshot<unknown> =>
  typeof value === 'object' && value !== null && 'status' in value;

describe('a persisted snapshot', () => {
  const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  test.each(leaves)('of %s is pure JSON', (leaf) => {
    const persisted = sessionMachine.getPersistedSnapshot(sessionIn(leaf));
    // `undefined` members are XState's own (output, error); JSON drops them, and nothing else.
    expect(persisted).toEqual(asJson(persisted));
    expect(JSON.stringify(persisted)).toContain(leaf.split('.').at(-1));
  });

  test('restores the session’s state', () => {
    const there = sessionIn('authenticated.due.deferred');
    const kept = JSON.stringify(sessionMachine.getPersistedSnapshot(there));
    const snapshot: unknown = JSON.parse(kept);
    if (!isSnapshot(snapshot)) throw new TypeError('Expected a snapshot');
    const actor = createActor(sessionMachine, { input, snapshot });
    expect(actor.getSnapshot()).toMatchObject({ value: there.value, context: there.context });
  });
});
