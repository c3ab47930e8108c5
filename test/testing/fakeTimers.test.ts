import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestSession } from '../../src/testing/index.ts';

// This file has a process of its own: with connections of other files, Node's `fetch` would set timers too.
describe('With the fake timers of a test runner', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('the test kit works the same, and sets none of them', async () => {
    using world = await createTestSession({ state: 'authenticated.due.ready' });

    const answer = world.session.api.get('api/me').json();
    await world.clock.advance(0);

    expect(await answer).toMatchObject({ username: 'ada' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the test kit works without MessageChannel, as in Jest’s DOM', async () => {
    vi.stubGlobal('MessageChannel', undefined);
    using world = await createTestSession({ accessTokenLifetime: 60 });
    await world.clock.advance(60_000);

    expect((await world.session.fetch('/api/me')).status).toBe(200);
    expect(world.server.counts()).toMatchObject({ refresh: 1, refused: 0 });
  });
});
