import { describe, expect, test } from 'vitest';
import { openSession } from './openSession.ts';
import type { Place } from './storeContract.ts';

const ada = { accessToken: 'first-access', refreshToken: 'first-refresh', user: { id: '1', name: 'Ada' } };
const renewed = { ...ada, accessToken: 'second-access', refreshToken: 'second-refresh' };

/** What users notice if a store is slow, fails, or never responds. */
export function describeTrouble(name: string, createPlace: () => Place): void {
  describe(`${name} on a slow platform`, () => {
    test('restores the session when it responds, and shows no user until then', async () => {
      const place = createPlace();
      using before = openSession(place.open());
      await before.session.adopt(ada);
      before.session.dispose();
      const release = await place.hold();

      using after = openSession(place.open());
      expect(after.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: true });
      release();
      await after.session.ready();
      expect(after.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada.user });
      expect(after.told).toEqual([]);
    });

    test('keeps the last write, in any order of responses', async () => {
      const place = createPlace();
      using world = openSession(place.open());
      await world.session.ready();
      const release = await place.hold();
      const written = [world.session.adopt(ada), world.session.adopt(renewed)];
      release();
      await Promise.allSettled(written);

      using after = openSession(place.open());
      await after.session.ready();
      expect(await after.session.accessToken()).toBe('second-access');
    });
  });

  describe(`${name} on a failing platform`, () => {
    test('works from memory if every call fails, and is reported once', async () => {
      const place = createPlace();
      place.refuse();
      using world = openSession(place.open());
      await world.clock.advance(0);
      await world.session.ready();
      expect(world.session.getSnapshot().status).toBe('anonymous');
      await world.session.adopt(ada);
      expect(await world.session.accessToken()).toBe('first-access');
      await world.session.logout();

      expect(world.session.getSnapshot().status).toBe('loggedOut');
      expect(world.told).toEqual([expect.objectContaining({ type: 'store.failed', operation: 'read' })]);
    });

    test('keeps its session if calls start to fail, and is reported once', async () => {
      const place = createPlace();
      using world = openSession(place.open());
      await world.session.adopt(ada);
      place.refuse();
      await world.session.adopt(renewed);
      await world.session.adopt(renewed);

      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada.user });
      expect(await world.session.accessToken()).toBe('second-access');
      expect(world.told).toEqual([expect.objectContaining({ type: 'store.failed' })]);
    });
  });

  describe(`${name} on a platform that never responds`, () => {
    test('lets the session continue after `hold.timeout`, and is reported once', async () => {
      const place = createPlace();
      await place.hold();
      using world = openSession(place.open());
      expect(world.session.getSnapshot()).toMatchObject({ isRestoring: true });
      await world.clock.advance(30_000);
      await world.session.ready();
      expect(world.session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });

      const adopted = world.session.adopt(ada);
      await world.clock.advance(30_000);
      await adopted;
      expect(await world.session.accessToken()).toBe('first-access');
      expect(world.told).toEqual([expect.objectContaining({ type: 'store.failed', operation: 'read' })]);
    });
  });
}
