import { describe, expect, test } from 'vitest';
import { ada, grace, openWorld, outcomeOf, requestWithExpiredToken } from '../refresh/world.ts';
import { failingStore, failuresOf, type Operation } from './failingStore.ts';

const throwing = (): never => {
  throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
};
const rejecting = (): Promise<never> => Promise.resolve().then(throwing);

const ways = [
  ['throws', throwing],
  ['rejects', rejecting],
] as const;
const operations: [Operation[]][] = [[['read']], [['write']], [['read', 'write']]];
const failures = ways.flatMap(([way, fail]) =>
  operations.map(([which]) => ({ way, fail, which, operation: which.join(' and ') })),
);

describe('a store that fails', () => {
  test.each(failures)(
    'and $way from the start, at each $operation: the session works, and emits `store.failed` once',
    async ({ fail, which }) => {
      const broken = failingStore(fail, which);
      broken.break();
      await using world = await openWorld({ store: broken.store });
      const told = failuresOf(world.session);
      await world.session.ready();
      expect(await world.session.login(ada)).toMatchObject({ username: 'ada' });

      expect(await requestWithExpiredToken(world)).toBe(200);
      await world.clock.advance(10_000);
      expect(await requestWithExpiredToken(world)).toBe(200);
      await world.session.logout();
      await world.clock.advance(0);
      expect(world.session.getSnapshot().status).toBe('loggedOut');
      expect(told).toMatchObject([{ type: 'store.failed', operation: which[0] }]);
    },
  );

  test.each(failures)(
    'and $way while requests are held, at each $operation: no request is lost',
    async ({ fail, which }) => {
      const broken = failingStore(fail, which);
      await using world = await openWorld({ store: broken.store, refresh: { proactive: false } });
      const told = failuresOf(world.session);
      await world.session.login(ada);
      broken.break();
      await world.clock.advance(60_000);
      const held = Array.from({ length: 5 }, (_, n) => outcomeOf(world.session.fetch(`/api/items/${n}`)));

      expect(await Promise.all(held)).toEqual([200, 200, 200, 200, 200]);
      expect(world.refreshTimes()).toHaveLength(1);
      expect(told).toHaveLength(1);
    },
  );

  test('to write a logout does not restore the session for the next user', async () => {
    const broken = failingStore(throwing, ['write']);
    await using world = await openWorld({ store: broken.store });
    await world.session.login(ada);
    broken.break();
    await world.session.logout();
    await world.session.login(grace);

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.session.getSnapshot().user).toMatchObject({ username: 'grace' });
    const answer = await world.session.fetch('/api/me');
    expect(await answer.json()).toMatchObject({ username: 'grace' });
  });

  test('to write an expiry does not restore the used tokens', async () => {
    const broken = failingStore(throwing, ['write']);
    await using world = await openWorld({ store: broken.store });
    await world.session.login(ada);
    broken.break();
    world.server.expireRefreshTokens();
    await requestWithExpiredToken(world);
    await world.session.login(grace);

    expect(await requestWithExpiredToken(world)).toBe(200);
    expect(world.session.getSnapshot().user).toMatchObject({ username: 'grace' });
  });
});
