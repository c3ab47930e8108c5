import { describe, expect, test } from 'vitest';
import { memoryStore, type SessionStore } from '../../src/index.ts';
import { answer } from '../refresh/answers.ts';
import { openSignedIn, requestWithExpiredToken, until } from '../refresh/world.ts';
import { createGate } from '../referenceServer/authorities.ts';
import { openWorld, rejection, type User } from '../requests/world.ts';

/** A shared store whose lock and writes a test can block. */
function createPlace() {
  const gate = createGate();
  const blocked = { lock: false, write: false };
  let blockedWrites = 0;
  const place = memoryStore<User>();
  const store: SessionStore<User> = {
    ...place,
    isPrivate: false,
    requiresLock: true,
    lock: async (key, task, options) => {
      if (blocked.lock) await gate.opened;
      return place.lock(key, task, options);
    },
    update: (key, decide) =>
      place.update(key, (found) => {
        const next = decide(found);
        if (!blocked.write || next === undefined) return next;
        blockedWrites += 1;
        throw new Error('The disk is full');
      }),
  };
  return {
    store,
    blockedWrites: () => blockedWrites,
    block: (part: 'lock' | 'write') => {
      blocked[part] = true;
    },
    release() {
      blocked.lock = blocked.write = false;
      gate.open();
    },
  };
}

describe('a store that requires its lock', () => {
  test.each([
    ['lock', 300_000],
    ['write', 5_000],
  ] as const)(
    'sends no refresh token while its %s is blocked, and refreshes later',
    async (part, timeout) => {
      const { store, block, release } = createPlace();
      await using world = await openWorld({ store, hold: { timeout } });
      const told: string[] = [];
      world.session.on('lock.unavailable', ({ type }) => told.push(type));
      block(part);
      world.server.expireAccessTokens();
      const refused = rejection(world.session.fetch('/api/me'));
      await expect.poll(() => world.session.getSnapshot().status).toBe('refreshing');
      await world.clock.advance(timeout);

      expect(await refused).toMatchObject({
        code: 'ERR_REFRESH_UNAVAILABLE',
        cause: { message: 'The store did not grant its lock, or cannot be written' },
      });
      expect(world.session.getSnapshot().isSignedIn).toBe(true);
      expect(world.server.counts().refresh).toBe(0);
      expect(told).toEqual(part === 'lock' ? ['lock.unavailable'] : []);

      release();
      const sent = world.session.fetch('/api/me');
      await world.clock.advance(100);
      expect((await sent).status).toBe(200);
      expect(world.server.counts().refresh).toBe(1);
    },
  );

  test('is tried again after pauses that double, and a refusal then does not follow a lost response', async () => {
    const { store, block, release, blockedWrites } = createPlace();
    await using world = await openSignedIn({ store, refresh: { attempts: 4 } });
    block('write');
    const sent = requestWithExpiredToken(world);
    await until(() => blockedWrites() === 1);
    for (const [pause, writes] of [
      [249, 1],
      [1, 2],
      [499, 2],
      [1, 3],
    ] as const) {
      await world.clock.advance(pause);
      expect(blockedWrites()).toBe(writes);
    }
    release();
    world.answerRefresh(answer(401));
    await world.clock.advance(1_000);

    expect(await sent).toMatchObject({
      code: 'ERR_SESSION_EXPIRED',
      reason: { type: 'server.refreshTokenInvalid', answerLost: false },
    });
  });

  test('lets a session refresh whose tokens it could never keep, since no other session has them', async () => {
    const { store, block } = createPlace();
    block('write');
    await using world = await openWorld({ store });
    world.server.expireAccessTokens();

    expect((await world.session.fetch('/api/me')).status).toBe(200);
    expect(world.server.counts().refresh).toBe(1);
  });
});
