import { describe, expect, it } from 'vitest';
import { createTestSession, type SessionState, type TestSession } from '../../src/testing/index.ts';
import type { AnyStateNode } from 'xstate';
import { sessionMachine } from '../../machines/index.ts';
import { childrenOf, nameOf } from '../../src/devtools/chart/nodes.ts';
import { ways } from '../../src/testing/ways.ts';

/** The action that leaves each state, and the next state. */
const exits: Readonly<
  Record<keyof typeof ways, [to: string, leave: (world: TestSession) => Promise<unknown>]>
> = {
  'anonymous.restoring.reading': ['anonymous.idle', ({ release }) => release()],
  'anonymous.restoring.requesting': ['anonymous.idle', ({ release }) => release()],
  'anonymous.restoring.backingOff': ['anonymous.idle', ({ clock }) => clock.advance(8_000)],
  'anonymous.idle': ['authenticated.fresh', ({ session }) => session.login(ada)],
  'anonymous.signingIn': ['authenticated.fresh', ({ release }) => release()],
  'anonymous.challenged.idle': ['authenticated.fresh', ({ session }) => session.login({ code: '123456' })],
  'anonymous.challenged.signingIn': ['authenticated.fresh', ({ release }) => release()],
  'authenticated.fresh': ['expired.idle', (world) => expire(world)],
  'authenticated.due.ready': ['authenticated.fresh', ({ session }) => session.fetch('/api/me')],
  'authenticated.due.deferred': ['authenticated.fresh', ({ clock }) => clock.advance(8_000)],
  'refreshing.acquiring': ['authenticated.fresh', ({ release }) => release()],
  'refreshing.requesting': ['authenticated.fresh', ({ release }) => release()],
  'refreshing.backingOff': ['authenticated.fresh', ({ clock }) => clock.advance(8_000)],
  'refreshing.offline': [
    'authenticated.fresh',
    ({ signals, clock }) => {
      signals.setOnline(true);
      return clock.advance(0);
    },
  ],
  'expired.idle': ['authenticated.fresh', ({ session }) => session.login(ada)],
  'expired.signingIn': ['authenticated.fresh', ({ release }) => release()],
  'expired.challenged.idle': ['authenticated.fresh', ({ session }) => session.login({ code: '123456' })],
  'expired.challenged.signingIn': ['authenticated.fresh', ({ release }) => release()],
  'loggedOut.idle': ['authenticated.fresh', ({ session }) => session.login(ada)],
  'loggedOut.revoking': ['loggedOut.idle', ({ release }) => release()],
  'loggedOut.backingOff': ['loggedOut.idle', ({ clock }) => clock.advance(8_000)],
};

const ada = { username: 'ada', password: 'lovelace' };

function expire({ server, session }: TestSession) {
  server.expireRefreshTokens();
  return session.refresh().catch(() => undefined);
}

function stateOf({ session }: TestSession): string | undefined {
  return session.history().at(-1)?.to;
}

describe.each(Object.entries(exits))('a test session that starts in %s', (name, [to, leave]) => {
  const state = Object.keys(ways).find((known): known is keyof typeof ways => known === name) ?? 'anonymous';

  it('is in that state, stays there, and leaves it as usual', async () => {
    using world = await createTestSession({ state });
    expect(stateOf(world)).toBe(state);
    await world.clock.advance(0);
    expect(stateOf(world)).toBe(state);

    await leave(world);

    expect(stateOf(world)).toBe(to);
  });

  it('logs out from there at once', async () => {
    using world = await createTestSession({ state });

    const loggedOut = world.session.logout();

    expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    await world.release();
    await loggedOut;
    expect(stateOf(world)).toMatch(/^loggedOut\./);
  });
});

describe('the names of states', () => {
  it('match the states of the machine', () => {
    const leaves = leavesOf(sessionMachine.root);

    expect(Object.keys(ways).sort()).toEqual(leaves.sort());
  });

  it.each<[SessionState, string]>([
    ['anonymous', 'anonymous.idle'],
    ['anonymous.restoring', 'anonymous.restoring.reading'],
    ['authenticated', 'authenticated.fresh'],
    ['authenticated.due', 'authenticated.due.ready'],
    ['refreshing', 'refreshing.requesting'],
    ['expired', 'expired.idle'],
  ])('%s stands for %s', async (state, leaf) => {
    using world = await createTestSession({ state });

    expect(stateOf(world)).toBe(leaf);
  });

  it('default to a user who is signed in', async () => {
    using world = await createTestSession();

    expect(stateOf(world)).toBe('authenticated.fresh');
    expect(world.session.getSnapshot().user).toEqual({ id: '1', username: 'ada', email: 'ada@example.com' });
  });
});

function leavesOf(node: AnyStateNode): string[] {
  const children = childrenOf(node);
  return children.length === 0 ? [nameOf(node)] : children.flatMap(leavesOf);
}
