import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** Cloudflare Workers refuse these while a module is loaded: random values, timers and requests. */
beforeEach(() => {
  vi.resetModules();
  const refuse = (): never => {
    throw new Error('Disallowed operation called within global scope');
  };
  vi.spyOn(crypto, 'getRandomValues').mockImplementation(refuse);
  vi.spyOn(crypto, 'randomUUID').mockImplementation(refuse);
  vi.spyOn(Math, 'random').mockImplementation(refuse);
  for (const name of ['setTimeout', 'setInterval', 'fetch']) vi.stubGlobal(name, refuse);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a session can be created at module scope, without random values, timers or requests', async () => {
  const { createSession, restContract } = await import('../../../src/index.ts');
  // Workers refuse an `AbortController` too. It is removed only now, since ky creates a `Request` while it is loaded.
  vi.stubGlobal('AbortController', undefined);
  using session = createSession({
    baseUrl: 'https://api.example.com',
    server: restContract({ login: 'login', refresh: 'token' }),
  });

  expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', isRestoring: false });
});

test('a session with a shared store and no lock can be created there too, and reports the lock afterwards', async () => {
  const { createSession, memoryStore, restContract } = await import('../../../src/index.ts');
  vi.stubGlobal('AbortController', undefined);
  using session = createSession({
    baseUrl: 'https://api.example.com',
    server: restContract({ login: 'login', refresh: 'token' }),
    store: { ...memoryStore(), missing: ['lock'] },
  });
  const told: string[] = [];
  session.on('lock.unavailable', ({ type }) => told.push(type));
  expect(told).toEqual([]);
  await Promise.resolve();

  expect(told).toEqual(['lock.unavailable']);
});
