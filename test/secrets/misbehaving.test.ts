import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  LoginFailedError,
  memoryStore,
  simpleStore,
  restContract,
  VerdictError,
  type ServerContract,
  type StoredRecord,
} from '../../src/index.ts';
import { testsEverything } from '../everything.ts';
import { createCanary } from './canary.ts';
import {
  createTokens,
  openWorld,
  refreshing,
  signedIn,
  type Credentials,
  type Tokens,
} from './leakyServer.ts';

type Contract = ServerContract<{ name: string }, Credentials>;

/** Values with a secret that a contract might throw. */
const thrown: readonly (readonly [string, (secret: string) => unknown])[] = [
  ['an error with it in the message', (secret) => new Error(`Refused: ${secret}`)],
  [
    'an error on several lines',
    (secret) => new Error(`Refused:\n    at ${secret} (ada@host:1:2)\n${secret}@x:1:2`),
  ],
  [
    'an error whose message was changed',
    (secret) => Object.assign(new Error(`at first ${secret}`), { message: 'later' }),
  ],
  [
    'an error whose message of several lines was changed',
    (secret) => Object.assign(new Error(`at first\n    at ${secret}`), { message: 'later' }),
  ],
  ['an error with it in the name', (secret) => Object.assign(new Error('no'), { name: `Refused${secret}` })],
  [
    'an error with it in its properties',
    (secret) => Object.assign(new Error('no'), { status: 400, code: secret, request: { body: secret } }),
  ],
  [
    'an error with it in its cause',
    (secret) => new Error('no', { cause: new Error(secret, { cause: { secret } }) }),
  ],
  [
    'an error with it in its stack',
    (secret) => Object.assign(new Error('no'), { stack: `Error: ${secret}` }),
  ],
  [
    'an error that shows it to the console',
    (secret) => Object.assign(new Error('no'), { [inspect.custom]: () => secret, toJSON: () => secret }),
  ],
  ['many errors', (secret) => new AggregateError([new Error(secret)], secret)],
  ['a TypeError of fetch', (secret) => new TypeError('fetch failed', { cause: new Error(secret) })],
  ['an aborted call', (secret) => new DOMException(secret, 'AbortError')],
  [
    'an error that only looks like one of the library',
    (secret) => Object.assign(new Error(secret), { code: 'ERR_LOGGED_OUT' }),
  ],
  ['a verdict with a cause', (secret) => Object.assign(new VerdictError('unavailable'), { cause: secret })],
  [
    'an error of the library that wraps another',
    (secret) => new LoginFailedError({ status: null, serverCode: null }, { cause: new Error(secret) }),
  ],
  [
    'an error whose message cannot be read',
    (secret) =>
      Object.defineProperty(new Error('no'), 'message', {
        get() {
          throw new Error(secret);
        },
      }),
  ],
  ['a text', (secret) => secret],
  ['an object', (secret) => ({ secret, message: secret, name: secret })],
  ['a function', (secret) => Object.assign(() => secret, { secret })],
  [
    'an error of JSON.parse',
    (secret) => {
      try {
        return JSON.parse(secret) as unknown;
      } catch (error) {
        return error;
      }
    },
  ],
];

/**
 * The values for places that describe an error as `refresh` (a call of the contract) or `authorize` (one of its functions)
 * does. Those two get all values.
 */
const someThrown = testsEverything
  ? thrown
  : thrown.filter(([name]) =>
      [
        'an error on several lines',
        'an error that shows it to the console',
        'an aborted call',
        'a verdict with a cause',
        'an error of the library that wraps another',
        'a text',
      ].includes(name),
    );

/** Rejects with any value. */
function reject(value: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a contract can throw anything
  return Promise.reject(value);
}

const contract: Contract = {
  login: ({ credentials, http }) => http.post<Tokens>('login', { json: credentials }).json(),
  refresh: ({ refreshToken, http }) => http.post<Tokens>('refresh', { json: { refreshToken } }).json(),
};

describe('No token and no password is exposed', () => {
  test.each(someThrown)('when the contract’s login throws %s', async (_, toError) => {
    await using world = await openWorld({
      server: { login: ({ credentials }) => reject(toError(credentials.password)) },
    });
    const session = world.start();
    const error = await world.failing(() => session.login(world.credentials));

    expect(error).toBeInstanceOf(Error);
    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each(thrown)('when the contract’s refresh throws %s', async (_, toError) => {
    await using world = await openWorld({
      server: { ...contract, refresh: ({ refreshToken }) => reject(toError(String(refreshToken))) },
    });
    const error = await refreshing(world);

    expect(error).toBeInstanceOf(Error);
    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each(someThrown)('when the contract’s logout throws %s', async (_, toError) => {
    await using world = await openWorld({
      server: { ...contract, logout: ({ refreshToken }) => reject(toError(String(refreshToken))) },
    });
    const session = await signedIn(world);
    await session.logout();

    expect(session.getSnapshot().status).toBe('loggedOut');
    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each(thrown)('when the contract’s authorize throws %s', async (_, toError) => {
    await using world = await openWorld({
      server: { ...contract, authorize: (_request, accessToken) => reject(toError(accessToken)) },
    });
    const session = await signedIn(world);
    const errors = [
      await world.failing(() => session.fetch('orders')),
      await world.failing(() => session.api.get('orders', { retry: 0 }).json()),
    ];

    for (const error of errors) {
      expect(String(error)).toMatch(/^\w+: `server\.authorize` failed; the message is withheld/);
    }
    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each(someThrown)('when the contract’s errorCode throws %s', async (_, toError) => {
    await using world = await openWorld({
      server: {
        ...contract,
        errorCode({ body }) {
          throw toError(JSON.stringify(body));
        },
      },
    });
    const session = await signedIn(world);
    await session.refresh();

    expect(world.witness.output).toHaveLength(2);
    expect(world.witness.output.join('\n')).toContain('`server.errorCode` failed');
    expect(world.witness.found()).toEqual([]);
  });

  test.each(someThrown)('when `expiresAt`, `user` and `isSameUser` throw %s', async (_, toError) => {
    const fails = (secret: string) => {
      throw toError(secret);
    };
    await using world = await openWorld({
      server: {
        ...restContract<{ name: string }, Credentials>({
          login: 'login',
          refresh: 'refresh',
          grant: { expiresAt: fails, user: (body) => fails(JSON.stringify(body)) },
        }),
        isSameUser: (before) => fails(before.name),
      },
    });
    const session = world.start();
    expect(await world.failing(() => session.login(world.credentials))).toMatchObject({
      code: 'ERR_LOGIN_FAILED',
    });
    await session.adopt({ ...createTokens(), user: { name: createCanary('user') } });
    await session.adopt({ ...createTokens(), user: { name: 'Grace' } });

    expect(world.witness.output.join('\n')).toContain('`grant.expiresAt` failed');
    expect(world.witness.output.join('\n')).toContain('`server.isSameUser` failed');
    // The view contains the user on purpose.
    expect(world.witness.found().filter((place) => place !== 'view.user.name')).toEqual([]);
  });

  test.each(someThrown)('when the store throws %s while unsubscribing', async (_, toError) => {
    const store = memoryStore<{ name: string }>();
    let stored = '';
    await using world = await openWorld({
      store: {
        ...store,
        update: (key, decide) =>
          store.update(key, (current) => {
            const next = decide(current);
            stored = JSON.stringify(next ?? current);
            return next;
          }),
        watch: () => () => {
          throw toError(stored);
        },
      },
    });
    const session = await signedIn(world);
    session.dispose();

    expect(world.witness.output.join('\n')).toContain('`store.watch` failed');
    expect(world.witness.found()).toEqual([]);
  });

  test('although a reduced error names its origin', async () => {
    const authorize = (_request: Request, accessToken: string) => {
      throw new RangeError(`too long: ${accessToken}`);
    };
    await using world = await openWorld({ server: { ...contract, authorize } });
    const session = await signedIn(world);
    const error = await world.failing(() => session.fetch('orders'));

    expect(error).toMatchObject({ name: 'RangeError' });
    expect(error instanceof Error && error.stack).toMatch(/\n {4}at .*misbehaving\.test\.ts:\d+:\d+/);
  });

  test('when the platform rejects the header that the contract’s authorize sets', async () => {
    await using world = await openWorld({
      server: {
        ...contract,
        authorize: (request, accessToken) => {
          request.headers.set('authorization', `Bearer ${accessToken}\r\nx: y`);
        },
      },
    });
    const session = await signedIn(world);

    expect(await world.failing(() => session.fetch('orders'))).toBeInstanceOf(Error);
    expect(await world.failing(() => session.api.get('orders', { retry: 0 }).json())).toBeInstanceOf(Error);
    expect(world.server.heard.map(({ path }) => path)).toEqual(['/login']);
    expect(world.witness.found()).toEqual([]);
  });

  test.each(someThrown)('when the store throws %s', async (_, toError) => {
    let record: StoredRecord<{ name: string }> | null = null;
    await using world = await openWorld({
      store: simpleStore<{ name: string }>({
        read: () => (record === null ? null : reject(toError(JSON.stringify(record)))),
        write: (_name, next) => {
          record = next;
          return reject(toError(JSON.stringify(next)));
        },
      }),
    });
    const session = await signedIn(world);
    await world.clock.advance(60_000);
    await session.api.get('orders').json();
    await session.logout();

    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a token', createCanary()],
    ['a list', [createCanary()]],
    ['a token in place of a grant’s name', { [createCanary()]: createCanary() }],
    ['an access token of two lines', { accessToken: `${createCanary()}\r\n${createCanary()}` }],
    ['a refresh token that is a list', { ...createTokens(), refreshToken: [createCanary()] }],
    ['a lifetime that is a token', { ...createTokens(), expiresIn: createCanary() }],
  ])('when an application adopts %s', async (_, grant) => {
    await using world = await openWorld();
    const session = world.start();
    // @ts-expect-error: JavaScript code can pass this
    await world.failing(() => session.adopt(grant));

    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });
});

describe('No token is exposed in the error of a refused request', () => {
  test('by the API, however often ky retries it', async () => {
    await using world = await openWorld();
    const session = await signedIn(world);
    world.answer('/orders', () => new Response(null, { status: 500 }));
    world.answer('/cut', () => Response.error());
    for (const retry of [0, { limit: 1, delay: () => 0 }]) {
      for (const path of ['orders', 'cut']) {
        expect(await world.failing(() => session.api.get(path, { retry }))).toBeInstanceOf(Error);
      }
    }

    expect(world.witness.found()).toEqual([]);
  });

  test('when its replay fails', async () => {
    await using world = await openWorld();
    const session = await signedIn(world);
    let attempts = 0;
    world.answer('/orders', () => {
      attempts += 1;
      return attempts % 2 === 1 ? new Response(null, { status: 401 }) : Response.error();
    });
    expect(await world.failing(() => session.api.get('orders', { retry: 0 }))).toMatchObject({
      name: 'NetworkError',
    });
    await world.clock.advance(10_000);
    expect(await world.failing(() => session.fetch('orders'))).toBeInstanceOf(TypeError);

    expect(world.witness.found()).toEqual([]);
  });

  test('when it times out', async () => {
    await using world = await openWorld();
    const session = await signedIn(world);
    world.answer('/orders', () => new Promise(() => undefined));

    const error = await world.failing(() => session.api.get('orders', { retry: 0, timeout: 20 }));
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(world.witness.found()).toEqual([]);
  });

  test('when the session has expired or was ended', async () => {
    await using world = await openWorld();
    world.answer('/orders', () => new Promise(() => undefined));
    const ends = [
      async () => {
        const session = await signedIn(world);
        const request = world.failing(() => session.fetch('orders'));
        await expect.poll(() => world.server.heard.at(-1)?.path).toBe('/orders');
        await session.logout();
        return request;
      },
      async () => {
        const session = await signedIn(world);
        const request = world.failing(() => session.api.get('orders').json());
        await expect.poll(() => world.server.heard.at(-1)?.path).toBe('/orders');
        session.dispose();
        return request;
      },
    ];
    const errors = [await ends[0]?.(), await ends[1]?.()];

    expect(errors).toMatchObject([{ code: 'ERR_LOGGED_OUT' }, { code: 'ERR_SESSION_DISPOSED' }]);
    expect(world.witness.found()).toEqual([]);
  });
});
