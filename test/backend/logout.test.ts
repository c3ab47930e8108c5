import { expect, test } from 'vitest';
import { ada, countingStore, fetchWith, openWorld, type Jar } from './world.ts';

/** A browser whose user signs out, while the API answers like this. */
async function signOut(answer: () => Response | null) {
  const { store, counts } = countingStore();
  const world = await openWorld({ store });
  const jar: Jar = new Map();
  const url = await world.startInstance();
  const page = fetchWith(jar);
  await page(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(ada) });
  world.api.intercept('api', (request, next) =>
    request.url.endsWith('/auth/logout') ? (answer() ?? next()) : next(),
  );
  const response = await page(`${url}/auth/logout`, { method: 'POST' });
  /** Advances the time, until the session has been disposed of. */
  const untilDisposed = async () => {
    await expect
      .poll(() => world.clock.advance(500).then(() => counts.listeners), { timeout: 20_000 })
      .toBe(0);
  };
  return {
    world,
    counts,
    jar,
    response,
    untilDisposed,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const unavailable = (headers: HeadersInit = {}) => new Response(null, { status: 503, headers });

test('A sign-out that the API confirms is one call, and nothing of the session is left', async () => {
  await using signedOut = await signOut(() => null);

  expect(signedOut.response.status).toBe(204);
  expect(signedOut.counts.listeners).toBe(0);
  expect(signedOut.world.logouts()).toBe(1);
});

test('A sign-out is repeated after the response until the API confirms it', async () => {
  const answers = [unavailable(), unavailable()];
  await using signedOut = await signOut(() => answers.shift() ?? null);
  expect(signedOut.response.status).toBe(204);
  expect(signedOut.jar.size).toBe(0);
  expect(signedOut.world.logouts()).toBe(1);
  await signedOut.untilDisposed();

  expect(signedOut.world.logouts()).toBe(3);
});

test('A sign-out is given up after four calls', async () => {
  await using signedOut = await signOut(() => unavailable());
  await signedOut.untilDisposed();

  expect(signedOut.world.logouts()).toBe(4);
});

test('A sign-out is given up after a minute, if the API asks for a longer pause', async () => {
  await using signedOut = await signOut(() => unavailable({ 'retry-after': '120' }));
  await signedOut.world.clock.advance(59_000);
  expect(signedOut.counts.listeners).toBeGreaterThan(0);
  await signedOut.world.clock.advance(1_000);

  expect(signedOut.counts.listeners).toBe(0);
  expect(signedOut.world.logouts()).toBe(1);
});
