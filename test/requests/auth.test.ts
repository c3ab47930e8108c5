import { describe, expect, test } from 'vitest';
import { createSession, memoryStore, simpleStore, type Auth, type StoredRecord } from '../../src/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { createGate } from '../referenceServer/authorities.ts';
import {
  createRecorder,
  clients,
  openRefreshing,
  openWorld,
  rejection,
  type AppSession,
  type Credentials,
  type User,
} from './world.ts';

interface Situation extends AsyncDisposable {
  readonly session: AppSession;
  /** Ends the operation that requests wait for, if there is one. */
  release(): void;
}

type Outcome = 'bare' | 'with the token' | 'NotAuthenticatedError' | 'SessionExpiredError';

interface State {
  readonly state: string;
  readonly open: () => Promise<Situation>;
  readonly outcomes: Readonly<Record<Auth, Outcome>>;
  /** Whether requests wait until `release`. Those with `none` never wait. */
  readonly holds?: true;
}

/** A store that responds when it is released. */
function slowStore(record: StoredRecord<User> | null) {
  const gate = createGate();
  const store = simpleStore<User>({
    read: () => gate.opened.then(() => record),
    write: () => Promise.resolve(),
  });
  return { store, release: () => gate.open() };
}

async function openRestoring({ isStored }: { isStored: boolean }): Promise<Situation> {
  const store = memoryStore<User>();
  const world = await openWorld({ store });
  const slow = slowStore(isStored ? await store.read('session') : null);
  const session = createSession<User, Credentials>({
    baseUrl: world.server.url,
    server: rotating,
    store: slow.store,
    environment: { clock: world.clock },
    ky: { fetch: createRecorder().fetch },
  });
  return {
    session,
    release: slow.release,
    async [Symbol.asyncDispose]() {
      session.dispose();
      await world[Symbol.asyncDispose]();
    },
  };
}

const nothing = () => undefined;

const states: readonly State[] = [
  {
    state: 'anonymous',
    open: async () => Object.assign(await openWorld({ isSignedIn: false }), { release: nothing }),
    outcomes: { required: 'NotAuthenticatedError', optional: 'bare', none: 'bare' },
  },
  {
    state: 'authenticated',
    open: async () => Object.assign(await openWorld(), { release: nothing }),
    outcomes: { required: 'with the token', optional: 'with the token', none: 'bare' },
  },
  {
    state: 'refreshing',
    open: async () => {
      const world = await openRefreshing();
      return Object.assign(world, { release: world.refresh.open });
    },
    outcomes: { required: 'with the token', optional: 'with the token', none: 'bare' },
    holds: true,
  },
  {
    state: 'expired',
    open: async () => {
      const world = await openWorld();
      world.server.revokeSessions();
      await rejection(world.session.refresh());
      return Object.assign(world, { release: nothing });
    },
    outcomes: { required: 'SessionExpiredError', optional: 'SessionExpiredError', none: 'bare' },
  },
  {
    state: 'loggedOut',
    open: async () => {
      const world = await openWorld();
      await world.session.logout();
      return Object.assign(world, { release: nothing });
    },
    outcomes: { required: 'NotAuthenticatedError', optional: 'bare', none: 'bare' },
  },
  {
    state: 'restoring, with a session in the store',
    open: () => openRestoring({ isStored: true }),
    outcomes: { required: 'with the token', optional: 'with the token', none: 'bare' },
    holds: true,
  },
  {
    state: 'restoring, with nothing in the store',
    open: () => openRestoring({ isStored: false }),
    outcomes: { required: 'NotAuthenticatedError', optional: 'bare', none: 'bare' },
    holds: true,
  },
];

const cases = states.flatMap(({ state, open, outcomes, holds = false }) =>
  (['required', 'optional', 'none'] as const).map((auth) => ({
    state,
    open,
    auth,
    outcome: outcomes[auth],
    waits: holds && auth !== 'none',
  })),
);

/** The responses of `/api/public`. */
const outcomes: ReadonlyMap<string, Outcome> = new Map([
  ['{"public":true,"authorization":true}', 'with the token'],
  ['{"public":true,"authorization":false}', 'bare'],
]);

async function outcomeOf(answer: Promise<Response>): Promise<unknown> {
  try {
    const body = await (await answer).text();
    return outcomes.get(body);
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
}

describe.each(clients)('$name, `context.auth`', ({ send }) => {
  test.each(cases)('`$auth` while $state: $outcome', async ({ open, auth, outcome, waits }) => {
    await using situation = await open();
    const progress = { isOver: false };
    const answer = outcomeOf(send(situation.session, 'api/public', { context: { auth } })).finally(() => {
      progress.isOver = true;
    });
    if (waits) {
      // A request that does not wait would have settled by then.
      await send(situation.session, 'api/public', { context: { auth: 'none' } });
      expect(progress.isOver).toBe(false);
      situation.release();
    }

    expect(await answer).toBe(outcome);
  });

  test('defaults to `optional`', async () => {
    await using anonymous = await openWorld({ isSignedIn: false });
    await using signedIn = await openWorld();

    expect(await outcomeOf(send(anonymous.session, 'api/public'))).toBe('bare');
    expect(await outcomeOf(send(signedIn.session, 'api/public'))).toBe('with the token');
  });

  test.each(['always', '', 'Required', null, true, 1, {}])(
    'rejects %j with InvalidOptionError',
    async (auth) => {
      await using world = await openWorld();
      // @ts-expect-error: JavaScript code can pass this
      const call = async () => send(world.session, 'api/me', { context: { auth } });

      await expect(call()).rejects.toMatchObject({
        name: 'InvalidOptionError',
        code: 'ERR_INVALID_OPTION',
        option: 'context.auth',
        message: expect.stringContaining("'required', 'optional' or 'none'") as unknown,
      });
      expect(world.sent).toEqual([]);
    },
  );

  test('says that a request needs a session', async () => {
    await using world = await openWorld({ isSignedIn: false });

    expect(await rejection(send(world.session, 'api/me', { context: { auth: 'required' } }))).toMatchObject({
      message: expect.stringMatching(/^The request /) as unknown,
    });
  });

  test('returns a 401 of `none` to the caller, without a refresh', async () => {
    await using world = await openWorld();
    const answer = await send(world.session, 'api/me', { context: { auth: 'none' } });

    expect(answer.status).toBe(401);
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 1 });
    expect(world.session.getSnapshot().status).toBe('authenticated');
  });

  test('returns a 401 of a request without a token to the caller', async () => {
    await using world = await openWorld({ isSignedIn: false });

    expect((await send(world.session, 'api/me')).status).toBe(401);
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 1 });
    expect(world.session.getSnapshot().status).toBe('anonymous');
  });
});
