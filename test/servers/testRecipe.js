import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { observeRequests } from '../../src/observe/index.ts';
import { probe } from '../../src/probe/probe.ts';
import { createSession, memoryStore } from '../../src/index.ts';

/**
 * A running server.
 *
 * @typedef {object} Server
 * @property {string} baseUrl
 * @property {object} credentials - of a user who can sign in with `password`
 * @property {() => typeof fetch} [createFetch] - returns the `fetch` of a new browser. Default is the platform's.
 * @property {(record: object) => unknown} expire - makes the access token of a stored session expire. If only another token
 *   has expired, returns the stored session with that one.
 * @property {(record: object) => unknown} [revoke] - makes the server refuse the next refresh of a stored session
 * @property {() => unknown} stop
 */

/**
 * What is special about a server.
 *
 * @typedef {object} Traits
 * @property {string} resource - a path that only a signed-in user may read
 * @property {string} [forbidden] - a path for which the user lacks a permission
 * @property {object | null} user - what the view shows of the user
 * @property {object} refused - the fields of the error after a wrong password
 * @property {'refreshes' | 'ends' | 'endsByClock'} expired - whether an expired access token is refreshed or ends the session,
 *   when the server refuses it or only at the time that it names
 * @property {'expired' | 'loggedOut'} [revoked] - the status after a refused refresh. Default is `expired`.
 * @property {{ accessToken: 'accepted' | 'refused', refresh?: 'accepted' | 'refused' }} afterLogout - whether the server
 *   accepts the tokens of a session that has signed out
 */

/**
 * Tests a recipe of docs/backends.md against its server.
 *
 * @param {string} name
 * @param {import('../../src/index.ts').ServerContract} contract
 * @param {() => Promise<Server>} startServer
 * @param {Traits} traits
 */
export function testRecipe(name, contract, startServer, traits) {
  const { resource, forbidden, user, refused, expired, revoked = 'expired', afterLogout } = traits;
  describe(name, { timeout: 60_000 }, () => {
    let server;
    beforeAll(async () => {
      server = await startServer();
    }, 300_000);
    afterAll(() => server?.stop(), 60_000);

    const open = (options) => openSession(server, { contract, ...options });
    const signIn = async () => {
      const opened = open();
      await opened.session.login(server.credentials);
      return opened;
    };

    test('signs in, and the API answers', async () => {
      const { session } = await signIn();
      expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user });
      expect((await session.fetch(resource)).status).toBe(200);
    });

    test.runIf(probed.includes(name))('fits the server, as `sessionchart probe` finds out', async () => {
      const report = await probe({
        contract,
        baseUrl: server.baseUrl,
        credentials: server.credentials,
        resource,
        forbidden: forbidden ?? null,
        maxWait: 0,
        waitExpiry: 0,
        wrongPassword: false,
        network: { fetch, now: Date.now, wait: async () => undefined, origin: null },
        announce() {},
      });
      expect(report.stopped).toBeNull();
      expect(report.problems.filter(({ level }) => level === 'error')).toEqual([]);
    });

    test('tells the form that the password is wrong', async () => {
      const login = open().session.login({ ...server.credentials, password: 'not-the-password' });
      await expect(login).rejects.toMatchObject({ code: 'ERR_LOGIN_FAILED', ...refused });
    });

    test('stays signed in after a reload', async () => {
      const { session, ...browser } = await signIn();
      session.dispose();
      const reloaded = open(browser);
      expect((await reloaded.session.fetch(resource)).status).toBe(200);
      expect(reloaded.session.getSnapshot()).toMatchObject({ status: 'authenticated', user });
    });

    test.runIf(forbidden)('stays signed in without the permission for a request', async () => {
      const { session, outcomes } = await signIn();
      expect(await outcomes(forbidden, 1)).toEqual(['refused']);
      expect(session.getSnapshot().status).toBe('authenticated');
      expect(await outcomes(resource, 1)).toEqual(['accepted']);
    });

    test.runIf(expired === 'refreshes')(
      'refreshes once for five requests with an expired access token, and the API answers all of them',
      async () => {
        const { session, sent, outcomes } = await openExpired();
        expect(await outcomes(resource, 5)).toEqual(Array(5).fill('accepted'));
        expect(sent('refresh')).toBe(1);
        expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user });
      },
    );

    test.runIf(expired !== 'refreshes')(
      'expires once for five requests with an expired access token',
      async () => {
        const { session, sent, outcomes } = await openExpired({
          expiresAt: expired === 'endsByClock' ? 0 : null,
        });
        let ends = 0;
        session.on('session.expired', () => (ends += 1));
        expect(await outcomes(resource, 5)).toEqual(Array(5).fill('refused'));
        expect(sent('refresh')).toBeLessThanOrEqual(1);
        expect(session.getSnapshot().status).toBe('expired');
        expect(ends).toBe(1);
      },
    );

    test.runIf(expired === 'refreshes' && contract.logout !== undefined)(
      'signs out with an expired access token',
      async () => {
        const { session, sent } = await openExpired({ expiresAt: 0 });
        const failures = failuresOfLogout(session);
        await session.logout();
        expect(sent('logout')).toBe(1);
        expect(failures).toEqual([]);
      },
    );

    /** By default, only the server knows that the token has expired. */
    async function openExpired({ expiresAt = null } = {}) {
      const { session, record, ...browser } = await signIn();
      session.dispose();
      const stored = record();
      const expiredRecord = (await server.expire(stored)) ?? stored;
      return open({ ...browser, store: storeWith({ ...expiredRecord, expiresAt }) });
    }

    describe.runIf(contract.refresh !== undefined)('refreshes', () => {
      test('once for five calls, and again with the new tokens', async () => {
        const { session, sent } = await signIn();
        await Promise.all(Array.from({ length: 5 }, () => session.refresh()));
        expect(sent('refresh')).toBe(1);
        await session.refresh();
        expect((await session.fetch(resource)).status).toBe(200);
        expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user });
      });

      test('until the server refuses', async () => {
        const { session, record, ...browser } = await signIn();
        session.dispose();
        await server.revoke(record());
        const reloaded = open(browser);
        await expect(reloaded.session.refresh()).rejects.toMatchObject({
          code: revoked === 'expired' ? 'ERR_SESSION_EXPIRED' : 'ERR_LOGGED_OUT',
        });
        expect(reloaded.session.getSnapshot()).toMatchObject({ status: revoked });
      });
    });

    test('signs out, and the server knows of it', async () => {
      const { session, record, sent, ...browser } = await signIn();
      const before = record();
      const failures = failuresOfLogout(session);
      await session.logout();
      expect(failures).toEqual([]);
      expect(sent('logout')).toBe(contract.logout === undefined ? 0 : 1);

      const withoutRefresh = { ...contract, refresh: undefined };
      const thief = open({ ...browser, contract: withoutRefresh, store: storeWith(before) });
      expect(await outcomeOf(thief.session.fetch(resource))).toBe(afterLogout.accessToken);
      if (contract.refresh === undefined) return;
      const refreshing = open({ ...browser, store: storeWith(before) });
      expect(await outcomeOf(refreshing.session.refresh())).toBe(afterLogout.refresh);
    });
  });
}

const key = 'session';

/** The servers that are compared with their contract by `sessionchart probe` too. */
const probed = ['Directus', 'Feathers', 'Strapi', 'node-oauth'];

function storeWith(record) {
  const store = memoryStore();
  store.update(key, () => record);
  return store;
}

function failuresOfLogout(session) {
  const failures = [];
  session.on('session.logoutFailed', (failure) => failures.push(failure));
  return failures;
}

/** Opens a session in a new browser, or in the browser of another session. */
function openSession(server, { contract, store = memoryStore(), fetch = server.createFetch?.() }) {
  const session = createSession({
    name: key,
    baseUrl: server.baseUrl,
    server: contract,
    store,
    refresh: { cooldown: 0 },
    ...(fetch !== undefined && { ky: { fetch } }),
  });
  onTestFinished(() => session.dispose());
  const purposes = [];
  observeRequests(session).subscribe(({ type, purpose }) => {
    if (type === 'request.sent') purposes.push(purpose);
  });
  return {
    session,
    store,
    fetch,
    record: () => store.read(key),
    /** How many requests with this purpose were sent. */
    sent: (purpose) => purposes.filter((sent) => sent === purpose).length,
    /** Whether the API accepts each request. */
    outcomes: (path, count) =>
      Promise.all(Array.from({ length: count }, () => outcomeOf(session.fetch(path)))),
  };
}

/** `accepted`, `refused`, or what else came. */
async function outcomeOf(request) {
  try {
    const { status = 200 } = (await request) ?? {};
    if (status === 200) return 'accepted';
    return status === 401 || status === 403 ? 'refused' : status;
  } catch (error) {
    return error.code === 'ERR_SESSION_EXPIRED' ? 'refused' : error;
  }
}
