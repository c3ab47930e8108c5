import { describe, expect, test } from 'vitest';
import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import type { SessionInput } from '../../machines/index.ts';
import { testsEverything } from '../everything.ts';
import { events } from './events.ts';
import { leaves, nameOf } from './leaves.ts';
import { eventsFor, recordedChart, serializeState, transitions } from './walk.ts';
import { input, sessionIn, step } from './worlds.ts';

/** Few attempts reach the same transitions as many do. Only one program waits for stronger sign-ins, to limit the states. */
const usual: SessionInput = { ...input, attempts: 2, holdsStepUp: false };

/** Together they take every transition. A walk through the larger ones tries 150,000 events, which takes five seconds. */
const fewPrograms: readonly SessionInput[] = [
  { ...usual, silentSignIn: true },
  { ...usual, refreshesLiveTokensOnly: true, canRevoke: false },
  { ...usual, canRefresh: false },
  { ...usual, canRefresh: false, holdsStepUp: true },
];

const programs: readonly SessionInput[] = testsEverything
  ? [
      ...fewPrograms,
      usual,
      { ...usual, proactive: false },
      { ...usual, refreshesLiveTokensOnly: true },
      { ...usual, canRevoke: false },
    ]
  : fewPrograms;

const walks = programs.map((program) => {
  const { logic, taken } = recordedChart();
  const options = { input: program, events: eventsFor, serializeState, limit: 1_000_000 };
  return { taken, steps: adjacencyMapToArray(getAdjacencyMap(logic, options)) };
});

const taken = new Set(walks.flatMap((walk) => [...walk.taken]));
const steps = walks.flatMap((walk) => walk.steps);

describe('every edge of the chart', () => {
  test.each(transitions.map(({ name, definition }) => [name, definition] as const))(
    'is taken: %s',
    (_, definition) => {
      expect(taken).toContain(definition);
    },
  );

  test('no step follows an edge that is not in the chart', () => {
    const written = new Set(transitions.map(({ definition }) => definition));
    expect([...taken].filter((definition) => !written.has(definition))).toEqual([]);
  });

  test('no step breaks the machine or ends it', () => {
    const statuses = new Set(steps.map(({ nextState }) => nextState.status));
    expect([...statuses]).toEqual(['active']);
  });
});

describe('every state of the chart', () => {
  const reached = new Set(steps.map(({ nextState }) => nameOf(nextState.value)));

  test.each(leaves)('%s can be reached', (leaf) => {
    expect(reached).toContain(leaf);
  });

  test('no other state can be reached', () => {
    expect([...reached].sort()).toEqual([...leaves].sort());
  });

  test.each(leaves)('from %s a user can sign in', (leaf) => {
    const ways = getShortestPaths(recordedChart().logic, {
      fromState: sessionIn(leaf),
      toState: (snapshot) => nameOf(snapshot.value) === 'authenticated.fresh',
      events: Object.values(events),
      serializeState,
    });
    expect(Math.min(...ways.map(({ weight }) => weight))).toBeLessThanOrEqual(2);
  });

  test.each(leaves)('from %s one logout leads to `loggedOut`', (leaf) => {
    expect(step(sessionIn(leaf), events['session.logout']).name).toMatch(/^loggedOut\./);
  });
});

describe('in any order of events', () => {
  const isLoggedOut = (name: string) => name.startsWith('loggedOut.');
  const moves = steps.map(({ state, event, nextState }) => ({
    from: nameOf(state.value),
    to: nameOf(nextState.value),
    type: event.type,
    at: 'at' in event && typeof event['at'] === 'number' ? event['at'] : null,
    before: state.context,
    after: nextState.context,
  }));

  test('only a verdict, a logout, a limit, another tab or a token without a refresh ends a session', () => {
    const endings = moves.filter(
      ({ from, to }) =>
        /^(authenticated|refreshing)\./.test(from) && (isLoggedOut(to) || to.startsWith('expired.')),
    );
    const renewable = endings.filter(({ after }) => after.canRefresh && !after.refreshesLiveTokensOnly);
    const causes = new Set(renewable.map(({ type }) => type));
    expect([...causes].sort()).toEqual([
      'limit.reached',
      'peer.expired',
      'peer.loggedOut',
      'server.accountDisabled',
      'server.refreshTokenExpired',
      'server.refreshTokenInvalid',
      'server.refreshTokenReused',
      'server.sessionRevoked',
      'server.subjectMismatch',
      'session.logout',
    ]);
  });

  test('only a login, an adopt or another tab leaves `loggedOut`', () => {
    const ways = moves.filter(({ from, to }) => isLoggedOut(from) && !isLoggedOut(to));
    expect([...new Set(ways.map(({ type }) => type))].sort()).toEqual([
      'peer.adopted',
      'session.adopt',
      'session.login',
    ]);
  });

  test('the generation of a session never decreases', () => {
    const falls = moves.filter(
      ({ before, after, type }) =>
        before.sessionId === after.sessionId &&
        after.generation < before.generation &&
        // A login stores its grant under the same session id here. A real login brings a new id.
        !['session.adopt', 'store.restored', 'grant.stored'].includes(type),
    );
    expect(falls).toEqual([]);
  });

  test('a failed refresh is deferred only if the token is due', () => {
    const causes = /^(server\.(rateLimited|unavailable)|refresh\.failed|session\.refresh)$/;
    const deferrals = moves.filter(
      ({ to, from, type }) =>
        to === 'authenticated.due.deferred' && from !== 'authenticated.due.deferred' && causes.test(type),
    );
    expect(new Set(deferrals.map(({ type }) => type)).size).toBe(4);
    const early = deferrals.filter(
      ({ before, at }) => at === null || before.dueAt === null || at < before.dueAt,
    );
    expect(early).toEqual([]);
  });

  test('every ended state has a reason', () => {
    const silent = moves.filter(
      ({ to, after }) => (isLoggedOut(to) || to.startsWith('expired.')) && after.reason === null,
    );
    expect(silent).toEqual([]);
  });
});
