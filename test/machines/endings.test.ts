import { describe, expect, test } from 'vitest';
import { serverVerdicts } from '../../machines/index.ts';
import { expectations } from './cells.ts';
import { current, now } from './circumstances.ts';
import { events } from './events.ts';
import { leaves } from './leaves.ts';
import { eventIn, sessionBefore, sessionIn, step } from './worlds.ts';

const endings = expectations.filter(
  ({ leaf, outcome }) =>
    (outcome.startsWith('loggedOut.') && !leaf.startsWith('loggedOut.')) ||
    (outcome === 'expired.idle' && !leaf.startsWith('expired.')),
);

describe('the end of a session', () => {
  test.each(endings.map((ending) => [ending.leaf, ending.type, ending.circumstance, ending] as const))(
    'in %s, by %s (%s): the reason is stored and emitted, and the tokens are dropped',
    (_, __, ___, { leaf, type, circumstance, outcome }) => {
      const before = sessionBefore(leaf, type, circumstance);
      const event = eventIn(type, circumstance);
      const after = step(before, event);

      const cause =
        type === 'session.adopt' ||
        type.startsWith('store.') ||
        type === 'grant.stored' ||
        type === 'peer.adopted' ||
        type === 'clock.woke' ||
        type === 'lock.acquired'
          ? 'accessToken.due'
          : type;
      expect(after.context).toMatchObject({ reason: { type: cause }, expiresAt: null, dueAt: null });
      const [told, drops] = outcome.startsWith('loggedOut.')
        ? (['session.loggedOut', 'dropCredentials'] as const)
        : (['session.expired', 'dropTokens'] as const);
      expect(after.emitted.at(-1)).toEqual({
        type: told,
        sessionId: after.context.sessionId,
        reason: after.context.reason,
      });
      expect(after.actions.filter((action) => action.type === drops)).toHaveLength(1);
    },
  );

  test.each(serverVerdicts)('%s: the reason contains the server’s code and status', (verdict) => {
    const event = { ...events[`server.${verdict}`], code: 'T-003', status: 403 };
    const { name, context } = step(sessionIn('refreshing.requesting'), event);
    const isOver = name === 'loggedOut.idle' || name === 'expired.idle';
    expect(context.reason).toEqual(
      isOver ? { type: event.type, code: 'T-003', status: 403, answerLost: false } : null,
    );
  });

  test('a logout keeps the session’s id, so that late responses are recognised', () => {
    const { context } = step(sessionIn('authenticated.fresh'), events['session.logout']);
    expect(context).toMatchObject(current);
  });
});

describe('logout wins every race', () => {
  const late = ['grant.stored', 'store.restored', 'refresh.failed', 'login.failed', 'lock.acquired'] as const;

  test.each(late)('%s arrives too late and changes nothing', (type) => {
    const before = sessionIn('loggedOut.idle');
    expect(step(before, events[type])).toEqual({
      name: 'loggedOut.idle',
      context: before.context,
      actions: [],
      emitted: [],
    });
  });

  test.each(leaves.filter((leaf) => !leaf.startsWith('loggedOut.')))(
    'in %s, all running actors are stopped',
    (leaf) => {
      const before = sessionIn(leaf);
      const after = step(before, events['session.logout']);
      // A sign-in that does not run has no actor to stop.
      const stopped = after.actions.filter(
        ({ type, params }) => type === 'xstate.stopChild' && params !== undefined,
      );
      expect(after.name).toMatch(/^loggedOut\./);
      expect(stopped).toHaveLength(Object.keys(before.children).length);
    },
  );
});

describe('events that keep the session', () => {
  test.each(['authenticated.fresh', 'refreshing.requesting'] as const)(
    'in %s, a request for a stronger sign-in is emitted with the session, generation and code',
    (leaf) => {
      const event = events['server.stepUpRequired'];
      const { emitted } = step(sessionIn(leaf), event);
      expect(emitted).toEqual([
        {
          type: 'session.stepUpRequired',
          ...current,
          at: now,
          status: 401,
          code: 'T-000',
          acrValues: null,
          maxAge: null,
        },
      ]);
    },
  );

  test.each(leaves)('in %s, a store that fails', (leaf) => {
    const after = step(sessionIn(leaf), events['store.failed']);
    expect(after.emitted).toEqual([{ type: 'store.failed', operation: 'write', at: now }]);
  });

  test.each([
    ['anonymous.signingIn', 'anonymous.idle'],
    ['expired.signingIn', 'expired.idle'],
    ['anonymous.challenged.signingIn', 'anonymous.challenged.idle'],
    ['expired.challenged.signingIn', 'expired.challenged.idle'],
  ] as const)('in %s, a failed login is shown until the next one starts', (leaf, idle) => {
    const { failure } = events['login.failed'];
    const after = step(sessionIn(leaf), events['login.failed']);
    expect(after).toMatchObject({ name: idle, context: { failure } });
    const next = step(sessionIn(idle, after.context), events['session.login']);
    expect(next).toMatchObject({ name: leaf, context: { failure: null } });
  });
});
