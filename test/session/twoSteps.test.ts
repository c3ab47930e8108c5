import { describe, expect, test } from 'vitest';
import { stateName } from '../../machines/index.ts';
import {
  cookieContract,
  createSession,
  loginChallenge,
  memoryStore,
  rememberMe,
  restContract,
  twoStepLogin,
  type LoginCall,
  type ServerContract,
  type SessionOptions,
} from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { startServer } from '../referenceServer/server.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { outcome } from './ending/world.ts';

interface User {
  readonly id: string;
  readonly username: string;
}

type Credentials = { readonly username: string; readonly password: string } | { readonly code: string };

const ada = { username: 'ada', password: 'lovelace' };
const code = { code: '482913' };

const twoSteps = restContract<User, Credentials>({
  login: twoStepLogin({ first: 'auth/login', second: 'auth/code', ticket: 'ticket' }),
  refresh: 'auth/refresh',
  errorCodes: { TICKET_EXPIRED: 'sessionRevoked' },
});

/** A server on a port that requires a code, and sessions with one store. */
async function openWorld(options: Partial<SessionOptions<User, Credentials>> = {}) {
  const stack = new AsyncDisposableStack();
  const clock = createManualClock();
  const now = () => clock.now();
  const server = stack.use(await startServer({ argon2Cost: cheapArgon2Cost, now }));
  server.requireCode(code.code);
  const store = memoryStore<User>();
  return {
    clock,
    server,
    start: () =>
      stack.use(
        createSession<User, Credentials>({
          baseUrl: server.url,
          server: twoSteps,
          store: { ...store, isPrivate: false },
          environment: { clock, random: () => 0.5 },
          refresh: { proactive: false },
          ...options,
        }),
      ),
    /** The paths of the requests so far. */
    paths: () => server.requests.map(({ path }) => path),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

type World = Awaited<ReturnType<typeof openWorld>>;
type AppSession = ReturnType<World['start']>;

const stateOf = ({ actor }: AppSession) => stateName(actor.getSnapshot().value);

/** A contract that records the ticket of each call, and asks for a second step each time. */
function recordTickets() {
  const tickets: unknown[] = [];
  const login = ({ challenge }: LoginCall<Credentials>) => {
    tickets.push(challenge);
    return Promise.resolve(loginChallenge(null, `ticket ${tickets.length}`));
  };
  return { tickets, server: { ...twoSteps, login } satisfies ServerContract<User, Credentials> };
}

describe('A login with a second step', () => {
  test('rejects with the challenge, and signs in with the code', async () => {
    await using world = await openWorld();
    const session = world.start();

    await expect(session.login(ada)).rejects.toMatchObject({ code: 'ERR_LOGIN_CHALLENGE', challenge: null });
    expect(session.getSnapshot()).toMatchObject({
      status: 'anonymous',
      isChallenged: true,
      isSigningIn: false,
      error: null,
    });
    const second = session.login(code);
    await Promise.resolve();
    expect(await second).toMatchObject({ username: 'ada' });
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', isChallenged: false });
    expect(world.paths()).toEqual(['/auth/login', '/auth/code']);
  });

  test('can be answered again after a wrong code', async () => {
    await using world = await openWorld();
    const session = world.start();
    await outcome(session.login(ada));

    await expect(session.login({ code: '000000' })).rejects.toMatchObject({
      code: 'ERR_LOGIN_FAILED',
      verdict: 'invalidCredentials',
      path: '/auth/code',
    });
    expect(session.getSnapshot()).toMatchObject({
      isChallenged: true,
      error: { verdict: 'invalidCredentials' },
    });
    expect(await session.login(code)).toMatchObject({ username: 'ada' });
  });

  test('can be answered again after its signal was aborted', async () => {
    await using world = await openWorld();
    const session = world.start();
    await outcome(session.login(ada));
    const reason = new Error('The user clicked Cancel');

    await expect(session.login(code, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(stateOf(session)).toBe('anonymous.challenged.idle');
    expect(await session.login(code)).toMatchObject({ username: 'ada' });
  });

  test.each([
    [false, true],
    [true, false],
    [false, false],
  ])('is not remembered if its steps say `remember: %j` and `%j`', async (first, second) => {
    const store = rememberMe(memoryStore<User>());
    await using world = await openWorld({ store });
    const session = world.start();
    await outcome(session.login(ada, { remember: first }));
    await session.login(code, { remember: second });

    expect(await store.read('session')).toMatchObject({ user: { username: 'ada' }, remember: false });
  });

  test('starts again if the server no longer knows the ticket', async () => {
    await using world = await openWorld();
    const session = world.start();
    await outcome(session.login(ada));
    world.server.reset();

    await expect(session.login(code)).rejects.toMatchObject({
      verdict: 'sessionRevoked',
      serverCode: 'TICKET_EXPIRED',
    });
    expect(stateOf(session)).toBe('anonymous.idle');
    expect(await session.login(ada)).toMatchObject({ username: 'ada' });
  });

  test('starts again after `cancelLogin()`', async () => {
    await using world = await openWorld();
    const session = world.start();
    await outcome(session.login(ada));
    session.cancelLogin();

    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', isChallenged: false });
    await outcome(session.login({ ...ada, username: 'grace', password: 'hopper' }));
    expect(await session.login(code)).toMatchObject({ username: 'grace' });
    expect(world.paths()).toEqual(['/auth/login', '/auth/login', '/auth/code']);
  });

  test('may have more steps: each call gets the ticket of the one before', async () => {
    const { tickets, server } = recordTickets();
    await using world = await openWorld({ server });
    const session = world.start();
    for (const credentials of [ada, code, code]) await outcome(session.login(credentials));

    expect(tickets).toEqual([null, 'ticket 1', 'ticket 2']);
    expect(stateOf(session)).toBe('anonymous.challenged.idle');
  });

  test('of an expired session keeps the user, and sends what waited once the code is accepted', async () => {
    await using world = await openWorld({ hold: { whileExpired: 60_000 } });
    const session = world.start();
    await outcome(session.login(ada));
    await session.login(code);
    const { identity } = session.getSnapshot();
    world.server.expireRefreshTokens();
    await outcome(session.refresh());
    const waiting = session.fetch('api/me');
    await outcome(session.login(ada));

    expect(session.getSnapshot()).toMatchObject({
      status: 'expired',
      isChallenged: true,
      user: { username: 'ada' },
    });
    await session.login(code);
    expect((await waiting).status).toBe(200);
    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', identity });
  });
});

describe('The ticket of a second step is dropped', () => {
  const drops: readonly (readonly [string, (session: AppSession, other: AppSession) => unknown])[] = [
    ['by a logout', (session) => session.logout()],
    ['by `cancelLogin()`', (session) => session.cancelLogin()],
    [
      'by a sign-in with other tokens',
      async (session) => {
        await session.adopt({ accessToken: 'from-a-native-shell' });
        await session.logout();
      },
    ],
    [
      'by a sign-in in another tab',
      async (session, other) => {
        await other.adopt({ accessToken: 'of-the-other-tab' });
        await session.fetch('api/public');
        expect(session.getSnapshot().isSignedIn).toBe(true);
        await session.logout();
      },
    ],
  ];

  test.each(drops)('%s', async (_, drop) => {
    const { tickets, server } = recordTickets();
    await using world = await openWorld({ server });
    const session = world.start();
    await outcome(session.login(ada));
    await drop(session, world.start());
    await outcome(session.login(ada));

    expect(tickets).toEqual([null, null]);
  });

  test('if a logout overtakes the first step', async () => {
    const { tickets, server } = recordTickets();
    await using world = await openWorld({ server });
    const session = world.start();
    await session.ready();
    const login = outcome(session.login(ada));
    while (!session.getSnapshot().isSigningIn) await Promise.resolve();
    await session.logout();

    expect(await login).toMatchObject({ code: 'ERR_LOGGED_OUT' });
    expect(session.getSnapshot()).toMatchObject({ status: 'loggedOut', isChallenged: false });
    await outcome(session.login(ada));
    expect(tickets).toEqual([null, null]);
  });
});

describe('`twoStepLogin`', () => {
  test.each([200, 202, 401, 403])('recognises the ticket in an answer with status %d', async (status) => {
    await using world = await openWorld({
      server: restContract({
        login: twoStepLogin({
          first: 'auth/login',
          second: 'auth/code',
          ticket: 'data.ticket',
          info: (body) => ({ length: JSON.stringify(body).length }),
        }),
      }),
    });
    world.server.intercept('login', () => Response.json({ data: { ticket: 'abc' } }, { status }), {
      times: 1,
    });

    await expect(world.start().login(ada)).rejects.toMatchObject({
      code: 'ERR_LOGIN_CHALLENGE',
      challenge: { length: 25 },
    });
  });

  test('sends the code and the ticket under its own name', async () => {
    await using world = await openWorld();
    const session = world.start();
    const bodies: unknown[] = [];
    world.server.intercept('login', async (request, next) => {
      bodies.push(await request.json());
      return next();
    });
    await outcome(session.login(ada));
    await session.login(code);

    expect(bodies).toEqual([ada, { ...code, ticket: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown }]);
  });

  test.each([null, false, ''])('takes %o in the field as no ticket', async (ticket) => {
    await using world = await openWorld();
    world.server.intercept('login', () => Response.json({ accessToken: 'a-token', ticket }));

    expect(await world.start().login(ada)).toBeNull();
  });

  test('works with a flag instead of a ticket, as better-auth answers, and with cookies', async () => {
    const bodies: unknown[] = [];
    await using world = await openWorld({
      server: cookieContract<User, Credentials>({
        login: twoStepLogin({ first: 'auth/login', second: 'auth/code', ticket: 'twoFactorRedirect' }),
      }),
    });
    world.server.intercept('login', async (request) => {
      bodies.push(await request.json());
      const isFirst = bodies.length === 1;
      return Response.json(isFirst ? { twoFactorRedirect: true } : { user: { id: '1', username: 'ada' } });
    });
    const session = world.start();

    await expect(session.login(ada)).rejects.toMatchObject({ code: 'ERR_LOGIN_CHALLENGE' });
    expect(await session.login(code)).toEqual({ id: '1', username: 'ada' });
    expect(bodies).toEqual([ada, code]);
  });

  test.each([
    [{ first: 'login', second: 'code', ticket: '' }, 'login.ticket'],
    [{ first: '', second: 'code', ticket: 'ticket' }, 'login.first'],
    [{ first: 'login', second: '', ticket: 'ticket' }, 'login.second'],
  ])('refuses %o', (options, option) => {
    expect(() => restContract({ login: twoStepLogin(options) })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }),
    );
  });
});
