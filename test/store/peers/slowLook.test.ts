import { describe, expect, test } from 'vitest';
import { delivered } from './air.ts';
import { outcomeOf, send, storedSession } from './outcomes.ts';
import { noChannel, quiet, requestsOf } from './pair.ts';
import { openWorld, within, type Tab, type World } from './world.ts';

/** A tab that reads a slow store before each request, during such a read. */
async function openLooking(init: RequestInit = {}): Promise<{ world: World; tab: Tab; outcomes: unknown[] }> {
  const world = openWorld({
    storeDelay: () => 2_000,
    session: { refresh: { proactive: false, timeout: 10_000 } },
  });
  const [tab] = await world.signedIn(1, { openChannel: noChannel });
  const outcomes: unknown[] = [];
  void outcomeOf(tab.session.fetch('/api/me', init)).then((outcome) => outcomes.push(outcome));
  await world.clock.advance(100);
  return { world, tab, outcomes };
}

describe('a request that waits for a read of a slow store', () => {
  test('is not sent before the read has ended', async () => {
    const { world, outcomes } = await openLooking();
    using _world = world;
    expect(outcomes).toEqual([]);
    await world.clock.advance(4_000);

    expect(outcomes).toEqual([200]);
  });

  test('ends at once when its caller aborts it', async () => {
    const sender = new AbortController();
    const { world, outcomes } = await openLooking({ signal: sender.signal });
    using _world = world;
    sender.abort(new Error('Not needed any more'));
    await world.clock.advance(0);

    expect(outcomes).toEqual(['Error: Not needed any more']);
  });

  test('ends at once when the session is disposed of', async () => {
    const { world, tab, outcomes } = await openLooking();
    using _world = world;
    tab.session.dispose();
    await world.clock.advance(0);

    expect(outcomes).toEqual(['ERR_SESSION_DISPOSED']);
  });
});

test('A request also waits for the second read if a hint arrived during the first', async () => {
  using world = openWorld({ ...quiet, fate: delivered, storeDelay: () => 50 });
  const [tab] = await world.signedIn(1);
  const hint = 'changed';
  world.air.say(hint);
  await world.clock.advance(75);
  world.store.put({ ...storedSession(world), sessionId: 'b', user: { id: '2', username: 'grace' } });
  world.air.say(hint);
  const sent = send(tab);

  expect(await within(world, 1_000, sent)).toBe('ERR_IDENTITY_CHANGED');
  expect(requestsOf(world)).toEqual([]);
});
