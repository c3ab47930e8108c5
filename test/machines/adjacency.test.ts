import { describe, expect, test } from 'vitest';
import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import type { SessionInput } from '../../machines/index.ts';
import { events } from './events.ts';
import { leaves, nameOf, type Leaf } from './leaves.ts';
import { eventsFor, recordedChart, serializeState, transitions } from './walk.ts';
import { input, sessionIn } from './worlds.ts';

/** Few attempts reach the same transitions as many do. Only one program waits for stronger sign-ins, to limit the states. */
const usual: SessionInput = { ...input, attempts: 2, holdsStepUp: false };

const programs: Readonly<Record<string, SessionInput>> = {
  'a contract that refreshes': usual,
  'no proactive refresh': { ...usual, proactive: false },
  'live tokens only': { ...usual, refreshesLiveTokensOnly: true },
  'a contract without logout': { ...usual, canRevoke: false },
  'a silent sign-in': { ...usual, silentSignIn: true },
  'a contract without refresh': { ...usual, canRefresh: false },
  'a stronger sign-in': { ...usual, canRefresh: false, holdsStepUp: true },
};

const walks = Object.values(programs).map((program) => {
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

  /** The lengths of the shortest paths from one state to another, or none if it cannot be reached. */
  const waysFrom = (from: Leaf, to: Leaf) =>
    getShortestPaths(recordedChart().logic, {
      fromState: sessionIn(from),
      toState: (snapshot) => nameOf(snapshot.value) === to,
      events: Object.values(events),
      serializeState,
    }).map(({ weight }) => weight);

  test.each(leaves)('from %s a user can sign in', (leaf) => {
    expect(Math.min(...waysFrom(leaf, 'authenticated.fresh'))).toBeLessThanOrEqual(2);
  });

  test.each(leaves)('from %s one logout leads to `loggedOut`', (leaf) => {
    const ways = leaves.filter((to) => to.startsWith('loggedOut.')).flatMap((to) => waysFrom(leaf, to));
    expect(Math.min(...ways)).toBe(leaf.startsWith('loggedOut.') ? 0 : 1);
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
