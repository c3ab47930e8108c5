import { describe, expect, test } from 'vitest';
import { isRefreshUnavailableError, type Grant, type ServerContract } from '../../src/index.ts';
import {
  openSignedIn,
  outcomeOf,
  reaches,
  requestWithExpiredToken,
  rotating,
  until,
  type Login,
  type User,
} from '../refresh/world.ts';

type Refresh = NonNullable<ServerContract<User, Login>['refresh']>;
type Call = Parameters<Refresh>[0];

class TeamError extends Error {
  override readonly name = 'TeamError';
}

/** A contract whose `refresh` misbehaves in the given way, until it is repaired. */
function breaking(broken: (call: Call) => unknown) {
  let isBroken = true;
  let calls = 0;
  const server: ServerContract<User, Login> = {
    ...rotating,
    refresh(call) {
      calls += 1;
      const granted = isBroken ? broken(call) : rotating.refresh?.(call);
      // Untyped code may return this.
      return granted as Promise<Grant<User>>;
    },
  };
  return { server, calls: () => calls, repair: () => (isBroken = false) };
}

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

const secretive = new TeamError('the refresh token is r3fr3sh');

describe('a `refresh` of the contract that misbehaves', () => {
  test.each<[string, (call: Call) => unknown]>([
    [
      'throws a TypeError at once',
      throwing(new TypeError("Cannot read properties of undefined (reading 'token')")),
    ],
    ['throws a custom error at once', throwing(secretive)],
    ['throws a text', throwing('no')],
    ['throws undefined', throwing(undefined)],
    ['throws null', throwing(null)],
    ['throws something frozen', throwing(Object.freeze({ status: 401 }))],
    ['rejects with a custom error', () => Promise.reject(secretive)],
    ['rejects with a text', () => Promise.resolve().then(throwing('no'))],
    ['returns nothing', () => undefined],
    ['returns null', () => null],
    ['returns a number', () => 42],
    ['returns a text', () => 'token'],
    ['returns a list', () => ['token']],
    ['returns a Response', () => new Response('{}')],
    ['returns a promise of nothing', () => Promise.resolve()],
    ['returns an empty grant', () => ({})],
    ['returns a grant whose token is a promise', () => ({ accessToken: Promise.resolve('token') })],
    [
      'returns a grant that throws when it is read',
      () => ({
        get accessToken() {
          throw secretive;
        },
      }),
    ],
  ])(
    'and %s does not end the session: one call, an error to the caller, and the next request tries again',
    async (_name, broken) => {
      const { server, calls, repair } = breaking(broken);
      await using world = await openSignedIn({ server });

      expect(await requestWithExpiredToken(world)).toMatchObject({ name: 'RefreshUnavailableError' });
      expect(calls()).toBe(1);
      expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
      await world.live(24 * 3_600_000);
      expect(calls()).toBe(1);
      repair();
      expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
      expect(calls()).toBe(2);
    },
  );

  test('is the cause of an error with its name and stack, but without its message', async () => {
    const { server } = breaking(throwing(secretive));
    await using world = await openSignedIn({ server });
    const error = await requestWithExpiredToken(world);

    const cause = isRefreshUnavailableError(error) ? error.cause : null;
    expect(cause).toMatchObject({ name: 'TeamError' });
    expect(cause instanceof Error && cause.stack).toContain('refresh.test.ts');
    expect(JSON.stringify(error) + String(error)).not.toContain('r3fr3sh');
  });

  test('and returns a grant without a promise is accepted', async () => {
    let token = '';
    const { server } = breaking(() => ({ accessToken: token }));
    await using world = await openSignedIn({ server });
    token = await world.server.accounts.issueAccessToken({
      id: '1',
      username: 'ada',
      email: 'ada@example.com',
    });
    await world.clock.advance(60_000);

    await world.session.refresh();
    expect(await world.session.accessToken()).toBe(token);
  });

  test('and throws an error that is its own cause does not hang the session', async () => {
    let reads = 0;
    const circular = new DOMException('no', 'AbortError');
    Object.defineProperty(circular, 'cause', {
      get() {
        reads += 1;
        if (reads > 1_000) throw new Error('The causes were read without end');
        return circular;
      },
    });
    const { server } = breaking(throwing(circular));
    await using world = await openSignedIn({ server, refresh: { attempts: 1 } });

    expect(await requestWithExpiredToken(world)).toMatchObject({ name: 'RefreshUnavailableError' });
    expect(reads).toBeLessThan(100);
  });
});

describe('a `refresh` of the contract that does not settle', () => {
  test('is aborted after `refresh.timeout`, and called again', async () => {
    const signals: AbortSignal[] = [];
    const { server, repair } = breaking(({ signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    await using world = await openSignedIn({ server, refresh: { timeout: 2_000 } });
    const held = requestWithExpiredToken(world);
    await reaches(world.session, (snapshot) => snapshot.matches({ signedIn: { refreshing: 'requesting' } }));
    await world.clock.advance(1_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    repair();
    await world.clock.advance(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);

    expect(await world.follow(held)).toBe(200);
  });

  test('does not end the session, and is called four times', async () => {
    const { server, calls } = breaking(() => new Promise(() => undefined));
    await using world = await openSignedIn({ server, refresh: { timeout: 2_000, attempts: 4 } });
    const held = requestWithExpiredToken(world);
    await reaches(world.session, (snapshot) => snapshot.matches({ signedIn: { refreshing: 'requesting' } }));
    await world.clock.advance(24 * 3_600_000);

    expect(await held).toMatchObject({ name: 'RefreshUnavailableError' });
    expect(calls()).toBe(4);
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
  });

  test.each([
    ['a grant', (settle: Settle) => settle.resolve({ accessToken: 'late', refreshToken: 'late' })],
    ['an error', (settle: Settle) => settle.reject(secretive)],
  ])('before the timeout changes nothing when %s arrives late', async (_name, settleLate) => {
    const settles: Settle[] = [];
    const { server, repair } = breaking(
      () => new Promise((resolve, reject) => settles.push({ resolve, reject })),
    );
    await using world = await openSignedIn({ server, refresh: { timeout: 2_000 } });
    const held = requestWithExpiredToken(world);
    await until(() => settles.length === 1);
    repair();
    await world.clock.advance(2_000);
    expect(await world.follow(held)).toBe(200);
    const before = world.session.getSnapshot();
    const token = await world.session.accessToken();
    for (const settle of settles) settleLate(settle);
    await world.clock.advance(0);

    expect(world.session.getSnapshot()).toBe(before);
    expect(await world.session.accessToken()).toBe(token);
    expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
  });
});

interface Settle {
  resolve(grant: unknown): void;
  reject(error: unknown): void;
}
