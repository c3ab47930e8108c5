import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestSession } from '../../src/testing/index.ts';

beforeEach(() => {
  vi.stubGlobal('MessageChannel', undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the test kit works without MessageChannel, as in Jest’s DOM, also with fake timers', async () => {
  vi.useFakeTimers();
  const { session, server, clock, dispose } = await createTestSession({ accessTokenLifetime: 60 });
  await clock.advance(60_000);

  expect((await session.fetch('/api/me')).status).toBe(200);
  expect(server.counts()).toMatchObject({ refresh: 1, refused: 0 });
  dispose();
});
