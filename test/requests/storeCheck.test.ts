import { describe, expect, test } from 'vitest';
import { createSession, memoryStore } from '../../src/index.ts';
import { createSignals } from '../../src/testing/index.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { brief, watch } from './steps.ts';
import { clients, openWorld, rejection, type Credentials, type User } from './world.ts';

/** A store that other sessions share. It responds at once until `pause` is called. */
function sharedStore() {
  const kept = memoryStore<User>();
  let paused = Promise.resolve();
  return {
    kept,
    store: { ...kept, isPrivate: false, read: (key: string) => paused.then(() => kept.read(key)) },
    /** Returns a function that lets the store respond again. */
    pause() {
      const gate = createGate();
      paused = gate.opened;
      return () => gate.open();
    },
  };
}

describe.each(clients)('$name, a request that waits for a check of the store', ({ send }) => {
  test('is not held', async () => {
    await using world = await openWorld({ store: sharedStore().store });
    const { steps } = watch(world.session, 'api');

    expect((await send(world.session, 'api/me')).status).toBe(200);
    expect(steps.map(brief)).toEqual(['sent api 1', 'answered api 1 200']);
  });

  test('is not sent before it, whatever happens in between, and not after a sign-out that it finds', async () => {
    const { kept, store, pause } = sharedStore();
    const signals = createSignals();
    await using world = await openWorld({ isSignedIn: false });
    const options = {
      baseUrl: world.server.url,
      server: rotating,
      environment: { clock: world.clock, signals },
    };
    using session = createSession<User, Credentials>({ ...options, store });
    await session.login({ username: 'ada', password: 'lovelace' });
    const resume = pause();
    const sent = rejection(send(session, 'api/me'));
    for (const isOnline of [false, true]) {
      await send(session, 'api/public', { context: { auth: 'none' } });
      signals.setOnline(isOnline);
    }
    await send(session, 'api/public', { context: { auth: 'none' } });
    using other = createSession<User, Credentials>({ ...options, store: kept });
    await other.logout();
    resume();

    expect(await sent).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(world.server.requests.map(({ path }) => path)).not.toContain('/api/me');
  });
});
