import { describe, expect, test } from 'vitest';
import { useVault } from './world.ts';

const world = useVault();

describe.each(['shared', 'dedicated'] as const)('a %s worker', (worker) => {
  test('sends one refresh for 20 concurrent requests with an expired token', async () => {
    const [tab] = await world.signedIn(1, worker);
    expect(await tab.send(3)).toEqual([200, 200, 200]);
    world.api.slowRefresh(100);
    world.api.expire();

    expect(await tab.send(20)).toEqual(Array(20).fill(200));
    expect(world.api).toMatchObject({ refreshes: 1, repeated: 0 });
    expect(tab.complaints).toEqual([]);
  });
});
