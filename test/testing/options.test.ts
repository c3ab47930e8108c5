import { describe, expect, it } from 'vitest';
import { memoryStore, restContract } from '../../src/index.ts';
import {
  createManualClock,
  createTestServer,
  createTestSession,
  type SessionState,
} from '../../src/testing/index.ts';
import { coded } from '../referenceServer/contracts/coded.ts';
import { express } from '../referenceServer/contracts/express.ts';
import { header } from '../referenceServer/contracts/header.ts';
import { message } from '../referenceServer/contracts/message.ts';

const credentials = { username: 'grace', password: 'hopper' };

const states: readonly SessionState[] = [
  'anonymous.signingIn',
  'authenticated.fresh',
  'authenticated.due.ready',
  'refreshing.requesting',
  'refreshing.backingOff',
  'refreshing.offline',
  'expired.idle',
  'loggedOut.idle',
  'loggedOut.revoking',
  'loggedOut.backingOff',
];

describe('a test session with a custom contract', () => {
  describe.each([
    ['coded', coded],
    ['express', express],
    ['message', message],
    ['header', header],
  ] as const)('for a server of the kind %s', (dialect, contract) => {
    it.each(states)('starts in %s', async (state) => {
      using world = await createTestSession({ state, dialect, contract, credentials });

      expect(world.session.history().at(-1)?.to).toBe(state);
      expect(world.server.dialect).toBe(dialect);
    });
  });

  it.each([
    ['coded', coded],
    ['express', express],
    ['message', message],
    ['header', header],
  ] as const)('for %s has no lifetime, so that its token never becomes due', async (dialect, contract) => {
    await expect(
      createTestSession({ state: 'authenticated.due.deferred', dialect, contract, credentials }),
    ).rejects.toThrow('Expected these options to lead to `authenticated.due.deferred`');
  });

  it('without a refresh can expire, but not refresh', async () => {
    const contract = restContract<never, typeof credentials>({ login: 'login' });
    using world = await createTestSession({ state: 'expired', dialect: 'express', contract, credentials });
    expect(world.session.getSnapshot().status).toBe('expired');

    await expect(
      createTestSession({ state: 'refreshing', dialect: 'express', contract, credentials }),
    ).rejects.toThrow(
      'Expected these options to lead to `refreshing.requesting`, but the session is in `authenticated.fresh`',
    );
  });
});

describe('a test session', () => {
  it('works as documented', async () => {
    const { session, server, clock, dispose } = await createTestSession({ accessTokenLifetime: 60 });
    await clock.advance(60_000);
    expect(await session.api.get('api/me').json()).toEqual({
      id: '1',
      username: 'ada',
      email: 'ada@example.com',
    });
    expect(server.counts()).toEqual({ login: 1, refresh: 1, logout: 0, api: 1, refused: 0 });
    dispose();
  });

  it('uses the caller’s users and lifetimes, and signs in the first user', async () => {
    const user = { id: '7', username: 'lin', email: 'lin@example.com', password: 'secret' };
    using world = await createTestSession({ users: [user], accessTokenLifetime: 5 });

    expect(world.session.getSnapshot()).toMatchObject({
      user: { id: '7', username: 'lin' },
      expiresAt: world.clock.now() + 5_000,
    });
  });

  it('accepts a server and a clock, so that two sessions can share them', async () => {
    const clock = createManualClock();
    const server = createTestServer({ now: clock.now });
    using first = await createTestSession({ server, clock });
    using second = await createTestSession({ server, clock, credentials });

    expect(second.server).toBe(first.server);
    expect(await second.session.api.get('api/me').json()).toMatchObject({ username: 'grace' });
    expect(server.counts()).toMatchObject({ login: 2 });
  });

  it('accepts a store, and continues the session in it', async () => {
    const store = memoryStore<{ id: string; username: string; email: string }>();
    const clock = createManualClock();
    const server = createTestServer({ now: clock.now });
    const first = await createTestSession({ server, clock, session: { store } });
    first.dispose();

    using second = await createTestSession({ server, clock, session: { store } });

    expect(second.session.getSnapshot().user).toMatchObject({ username: 'ada' });
    expect(server.counts()).toMatchObject({ login: 1 });
  });

  it('sends nothing after it was disposed of', async () => {
    const world = await createTestSession({ state: 'refreshing' });
    const { length } = world.server.requests;

    world.dispose();
    await world.clock.advance(60_000);

    expect(world.server.requests).toHaveLength(length);
    await expect(world.session.fetch('/api/me')).rejects.toMatchObject({ code: 'ERR_SESSION_DISPOSED' });
  });
});

describe('invalid options', () => {
  it('lists the valid states', async () => {
    // @ts-expect-error JavaScript code can pass any name.
    await expect(createTestSession({ state: 'signedIn' })).rejects.toThrow(
      /^Expected `state` to be one of anonymous, anonymous\.challenged, .*, refreshing\.requesting, got "signedIn"$/,
    );
  });

  it('requires a contract if the server’s dialect is not `rotating`', async () => {
    const error = new TypeError('Expected `contract` to be one for the dialect express, got undefined');

    await expect(createTestSession({ server: createTestServer({ dialect: 'express' }) })).rejects.toThrow(
      error,
    );
    // @ts-expect-error Without a contract, the dialect can only be `rotating`.
    await expect(createTestSession({ dialect: 'express' })).rejects.toThrow(error);
  });

  it('rejects options that belong to the given server', async () => {
    await expect(createTestSession({ server: createTestServer(), accessTokenLifetime: 5 })).rejects.toThrow(
      new TypeError('Expected `accessTokenLifetime` to be omitted: `server` has its own'),
    );
  });

  it('reports a state that cannot be reached', async () => {
    await expect(
      createTestSession({ state: 'refreshing.backingOff', session: { refresh: { attempts: 1 } } }),
    ).rejects.toThrow('but the session is in `authenticated.due.ready`');
  });
});
