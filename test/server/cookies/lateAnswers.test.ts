import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/index.ts';
import { createGate } from '../../referenceServer/authorities.ts';
import { createWorld, outcomeOf } from './world.ts';
import { put } from '../../store/put.ts';

describe('Cookies of a late response', () => {
  test('are prevented: a logout aborts the refresh, and is sent after it', async () => {
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

  test('of a logout never follow those of the next login, which waits for it', async () => {
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

  test('of a logout without a response delay the next login for `refresh.timeout` at most', async () => {
    using world = createWorld();
    await world.session.login(null);
    world.answer('POST /logout', () => new Promise(() => undefined));
    const loggedOut = world.session.logout();
    const loggedIn = world.session.login(null);
    await world.clock.advance(10_000);

    await Promise.all([loggedOut, loggedIn]);
    expect(world.calls()).toEqual(['POST /login', 'POST /logout', 'POST /login']);
  });

  test('of a superseded login are never set', async () => {
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

  test('for a previous user do not sign out the next one', async () => {
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
    // Another tab writes this, and this tab gets no message about it.
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
