import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { webCookies, type WebCookies } from '../../src/backend/index.ts';
import { ada, cookieHeader, fetchWith, grace, openWorld, receive, type Jar, type User } from './world.ts';

const lifetime = 15 * 60_000;

/** The cookies of a request that a browser with these cookies sends now. */
const cookiesOf = (jar: Jar): WebCookies =>
  webCookies(new Request('https://app.example.com', { headers: { cookie: cookieHeader(jar) } }));

/** Sends the response of a request. */
function respond(cookies: WebCookies, jar: Jar): void {
  receive(cookies.applyTo(new Response()), jar);
}

/** A browser whose user is signed in, and a page that the server renders with new tokens meanwhile. */
async function openRendering() {
  const world = await openWorld();
  const sessions = world.createSessions();
  const jar: Jar = new Map();
  const signIn = async (credentials = ada) => {
    const cookies = cookiesOf(jar);
    await sessions.login(cookies, credentials);
    respond(cookies, jar);
  };
  const signOut = async () => {
    const cookies = cookiesOf(jar);
    await sessions.logout(cookies);
    respond(cookies, jar);
  };
  const userOf = async () => {
    using session = await world.createSessions().open(cookiesOf(jar));
    return session.getSnapshot().user?.username ?? null;
  };
  await signIn();
  await world.clock.advance(lifetime);
  const late = cookiesOf(jar);
  const session = await sessions.open(late);
  const close = async () => {
    session.dispose();
    await world[Symbol.asyncDispose]();
  };
  return { world, sessions, jar, late, session, signIn, signOut, userOf, [Symbol.asyncDispose]: close };
}

describe('A response that comes after the end of its session', () => {
  test('sets no cookie after a sign-out', async () => {
    await using rendering = await openRendering();
    const { jar, late, session, signOut } = rendering;
    await session.api.get('me');
    await signOut();
    respond(late, jar);

    expect(jar.size).toBe(0);
  });

  test('does not replace the cookie of a new sign-in', async () => {
    await using rendering = await openRendering();
    const { jar, late, session, signIn, userOf } = rendering;
    await session.api.get('me');
    await signIn(grace);
    respond(late, jar);

    expect(await userOf()).toBe('grace');
  });

  test('does not delete the cookie of a new sign-in, if its own session has expired', async () => {
    await using rendering = await openRendering();
    const { world, jar, late, session, signIn, userOf } = rendering;
    world.api.expireRefreshTokens();
    await expect(session.api.get('me').json()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    await signIn();
    respond(late, jar);

    expect(await userOf()).toBe('ada');
  });

  test('sets no cookie after another response has ended the session', async () => {
    await using rendering = await openRendering();
    const { sessions, jar, late, session } = rendering;
    await session.api.get('me');
    const cookies = cookiesOf(jar);
    using other = await sessions.open(cookies);
    await other.logout();
    respond(cookies, jar);
    respond(late, jar);

    expect(jar.size).toBe(0);
  });
});

test.each([
  ['in the cookie', {}],
  ['in a store', { store: memoryStore<User>() }],
])(
  'An API request that is refused by a sign-out elsewhere sets no cookie, with the session %s',
  async (_, options) => {
    await using world = await openWorld(options);
    const jar: Jar = new Map();
    const url = await world.startInstance();
    const page = fetchWith(jar);
    await page(`${url}/auth/login`, { method: 'POST', body: JSON.stringify(ada) });
    await world.clock.advance(lifetime);
    const isAtApi = new Promise<void>((resolve) => {
      world.api.intercept('api', (request, next) => {
        if (!request.url.endsWith('/slow')) return next();
        resolve();
        return new Promise(() => undefined);
      });
    });
    const late = fetchWith(new Map(jar))(`${url}/api/slow`);
    await isAtApi;
    await page(`${url}/auth/logout`, { method: 'POST' });

    expect((await late).status).toBe(401);
    expect((await late).headers.getSetCookie()).toEqual([]);
  },
);
