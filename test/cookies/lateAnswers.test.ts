import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { createGate } from '../server/authorities.ts';
import { createWorld, outcomeOf } from './world.ts';
import { put } from '../stores/put.ts';

describe('Cookies of a late answer', () => {
  test('are not waited for: a logout aborts the refresh, and is sent after it', async () => {
    using world = createWorld();
    await world.session.login(null);
    const signals: AbortSignal[] = [];
    world.answer('POST /refresh', ({ signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const refreshed = outcomeOf(world.session.refresh());
    await world.clock.advance(0);
    await world.session.logout();

    expect(await refreshed).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(world.calls()).toEqual(['POST /login', 'POST /refresh', 'POST /logout']);
  });

  test('of a logout cannot come after those of the next login, which waits for it', async () => {
    using world = createWorld();
    await world.session.login(null);
    const gate = createGate();
    world.answer('POST /logout', async () => {
      await gate.opened;
      return new Response(null, { status: 204 });
    });
    const loggedOut = world.session.logout();
    const loggedIn = world.session.login(null);
    await world.clock.advance(0);
    expect(world.calls()).toEqual(['POST /login', 'POST /logout']);
    gate.open();
    await Promise.all([loggedOut, loggedIn]);

    expect(world.calls()).toEqual(['POST /login', 'POST /logout', 'POST /login']);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated' });
  });

  test('of a logout that is never answered hold the next login up no longer than `refresh.timeout`', async () => {
    using world = createWorld();
    await world.session.login(null);
    world.answer('POST /logout', () => new Promise(() => undefined));
    const loggedOut = world.session.logout();
    const loggedIn = world.session.login(null);
    await world.clock.advance(10_000);

    await Promise.all([loggedOut, loggedIn]);
    expect(world.calls()).toEqual(['POST /login', 'POST /logout', 'POST /login']);
  });

  test('of a login that another one overtook are not there to be set', async () => {
    using world = createWorld();
    const signals: AbortSignal[] = [];
    world.answer('POST /login', ({ signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const first = outcomeOf(world.session.login(null));
    await world.clock.advance(0);
    const second = world.session.login(null);

    expect(await second).toEqual({ id: '1' });
    expect(await first).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(world.calls()).toEqual(['POST /login', 'POST /login']);
  });

  test('that was granted to somebody before sign nobody out who has signed in since', async () => {
    const store = memoryStore<{ id: string }>();
    using here = createWorld({ session: { store } });
    await here.session.login(null);
    const gate = createGate();
    here.answer('POST /refresh', async () => {
      await gate.opened;
      return new Response(null, { status: 204 });
    });
    const refreshed = outcomeOf(here.session.refresh());
    await here.clock.advance(0);
    // What another tab writes, of which nobody tells this one.
    await put(store, 'session', {
      version: 1,
      sessionId: 'another',
      generation: 1,
      accessToken: null,
      refreshToken: null,
      issuedAt: here.clock.now(),
      expiresAt: null,
      user: { id: '2' },
    });
    gate.open();

    expect(await refreshed).toMatchObject({ code: 'ERR_IDENTITY_CHANGED' });
    expect(here.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: { id: '2' } });
    expect(here.calls()).toEqual(['POST /login', 'POST /refresh']);
  });
});
