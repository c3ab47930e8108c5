import { describe, expect, test } from 'vitest';
import { createSession, memoryStore } from '../../../src/index.ts';
import { readOptions } from '../../../src/session/settings.ts';
import { createTestServer } from '../../../src/testing/index.ts';
import { rotating } from '../../referenceServer/contracts/rotating.ts';

const least = { baseUrl: 'https://api.example.com/v1/', server: {} };

describe('Omitted options', () => {
  test.each([
    ['absent', least],
    ['undefined', { ...least, name: undefined, refresh: undefined, hold: undefined, environment: undefined }],
    ['empty', { ...least, refresh: {}, hold: {}, trustedOrigins: [], ky: {}, environment: {} }],
    [
      'undefined within their group',
      {
        ...least,
        hold: { limit: undefined },
        refresh: { leeway: undefined },
        environment: { clock: undefined },
      },
    ],
  ])('have their defaults if they are %s', (_, options) => {
    // @ts-expect-error: the types do not allow `undefined`
    const settings = readOptions(options);

    expect(settings).toMatchObject({
      baseUrl: 'https://api.example.com/v1/',
      name: 'session',
      refresh: {
        leeway: 30_000,
        timeout: 8_000,
        attempts: Infinity,
        cooldown: 5_000,
        proactive: true,
        maxRetryAfter: 300_000,
        refusedBy: 'answer',
      },
      hold: { timeout: 30_000, limit: 1_000, whileExpired: false, whileStepUp: false, whileOffline: true },
    });
    expect([...settings.origins]).toEqual(['https://api.example.com']);
    expect(settings.environment.clock.now()).toBeTypeOf('number');
    expect(settings.environment.random()).toBeLessThan(1);
  });

  test('give each session its own store', () => {
    expect(readOptions(least).store).not.toBe(readOptions(least).store);
  });

  test('may be given as a URL object as well', () => {
    const trusted = new URL('https://cdn.example.com:8443/ignored?too');
    const { baseUrl, origins } = readOptions({
      ...least,
      baseUrl: new URL(least.baseUrl),
      trustedOrigins: [trusted],
    });

    expect(baseUrl).toBe(least.baseUrl);
    expect([...origins]).toEqual(['https://api.example.com', 'https://cdn.example.com:8443']);
  });
});

/** Freezes an object and all objects in it, so that writing to one throws. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

describe('The caller’s objects', () => {
  test('are never written to: a session works with all of them frozen', async () => {
    const server = createTestServer();
    const options = deepFreeze({
      baseUrl: server.url,
      server: { ...rotating, errorCodes: { 'T-002': 'accessTokenExpired' as const } },
      trustedOrigins: ['https://cdn.example.com'],
      refresh: { leeway: 10 },
      hold: { limit: 5 },
      ky: {
        fetch: server.fetch,
        headers: { 'x-app': 'demo' },
        context: { app: 'demo' },
        hooks: { beforeRequest: [] },
      },
      environment: { random: () => 0 },
    });
    const text = JSON.stringify(options);
    using session = createSession(options);
    await session.login(deepFreeze({ username: 'ada', password: 'lovelace' }), deepFreeze({}));
    server.expireAccessTokens();

    const perCall = deepFreeze({ retry: 0, context: { auth: 'required' as const, screen: 'home' } });
    expect(await session.api.get('api/me', perCall).json()).toMatchObject({ username: 'ada' });
    expect((await session.fetch('api/me', deepFreeze({ headers: { 'x-one': '1' } }))).status).toBe(200);
    await session.adopt(deepFreeze({ accessToken: 'got-elsewhere', user: { id: '2', username: 'grace' } }));
    await session.logout();

    expect(JSON.stringify(options)).toBe(text);
    expect(server.counts()).toMatchObject({ refresh: 1 });
  });

  test('can change afterwards without affecting the session', async () => {
    const server = createTestServer();
    const options = {
      baseUrl: new URL(server.url),
      server: rotating,
      trustedOrigins: ['https://cdn.example.com'],
      store: memoryStore<{ id: string; username: string }>(),
      ky: { fetch: server.fetch },
      refresh: { attempts: 2 },
    };
    using session = createSession(options);
    options.baseUrl.host = 'elsewhere.example';
    options.refresh.attempts = 0;
    options.ky.fetch = () => Promise.reject(new Error('The fetch was replaced'));

    await session.login({ username: 'ada', password: 'lovelace' });
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
  });

  test('can be class instances: a contract keeps its `this`', async () => {
    class Contract {
      readonly #greeting = 'granted to ';
      login({ credentials }: { credentials: string }) {
        return Promise.resolve({ accessToken: 'a-token', user: this.#greeting + credentials });
      }
    }
    using session = createSession<string, string>({ ...least, server: new Contract() });

    expect(await session.login('ada')).toBe('granted to ada');
  });
});
