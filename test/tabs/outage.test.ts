import { expect, test } from 'vitest';
import { useTabs } from './world.ts';

const world = useTabs();

test('Ten tabs make one call to an endpoint with a long `Retry-After`, and refuse all their requests without waiting', async () => {
  // Shorter than the server's `Retry-After`: a request that could wait that long would wait.
  const { tabs } = await world.signedIn(10, { refresh: { proactive: false }, hold: { timeout: 20_000 } });
  const { tokenEndpoint, server } = world;
  tokenEndpoint.behave(() => new Response(null, { status: 503, headers: { 'Retry-After': '60' } }));
  server.expireAccessTokens();
  const outcomes = await Promise.all(tabs.map((tab) => tab.send(2)));

  expect(outcomes.flat()).toEqual(Array.from({ length: 20 }, () => 'ERR_REFRESH_UNAVAILABLE'));
  expect(tokenEndpoint.calls).toBe(1);
  expect(await tabs[9]?.view()).toMatchObject({ user: { username: 'ada' }, error: { status: 503 } });
});
