import { setImmediate } from 'node:timers/promises';
import { waitFor } from 'xstate';
import {
  createSession,
  memoryStore,
  type ServerContract,
  type Session,
  type SessionStore,
  type SessionOptions,
  type Signal,
} from '../../../src/index.ts';
import { stateName } from '../../../machines/index.ts';
import { createSignals, memoryAccounts, type RequestKind } from '../../../src/testing/index.ts';
import { createManualClock } from '../../clock.ts';
import { createGate } from '../../referenceServer/authorities.ts';
import { startServer } from '../../referenceServer/server.ts';
import { createSimpleStore } from '../../../src/store/simpleStore.ts';
import { createWatchers } from '../../../src/store/watchers.ts';

export interface User {
  readonly username: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type AppSession = Session<User, Credentials>;

export const ada: Credentials = { username: 'ada', password: 'lovelace' };
export const grace: Credentials = { username: 'grace', password: 'hopper' };

/** The lifetime of an access token, and after how long it is due, in milliseconds. */
export const lifetime = 60_000;
export const freshness = 54_000;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
}

/** The contract for the dialect `express`. The server does not send the user and the lifetime, so the contract adds them. */
export const withoutLogout: ServerContract<User, Credentials> = {
  async login({ credentials, http }) {
    const tokens = await http.post<Tokens>('login', { json: credentials }).json();
    return { ...tokens, expiresIn: lifetime / 1000, user: { username: credentials.username } };
  },
  async refresh({ refreshToken, http }) {
    const tokens = await http.post<Tokens>('token', { json: { refreshToken } }).json();
    return { ...tokens, expiresIn: lifetime / 1000 };
  },
  errorCodes: {
    'Invalid or expired token': 'accessTokenExpired',
    revoked: 'sessionRevoked',
    disabled: 'accountDisabled',
    stranger: 'subjectMismatch',
  },
};

export const withLogout: ServerContract<User, Credentials> = {
  ...withoutLogout,
  async logout({ refreshToken, http }) {
    await http.post('logout', { json: { refreshToken } });
  },
};

/** A store that is synchronous until a gate is closed; operations then wait until it opens. */
function createGatedStore() {
  const store = memoryStore<User>();
  const gates = new Map<'read' | 'write', Promise<void>>();
  const read = (name: string) => gates.get('read')?.then(() => store.read(name)) ?? store.read(name);
  const gated = createSimpleStore<User>(
    {
      read,
      write: (key, record) =>
        gates.get('write')?.then(() => store.update(key, () => record)) ?? store.update(key, () => record),
    },
    () => ({ ...createWatchers(), lock: store.lock }),
  );
  return {
    ...gated,
    // No other program uses it, as with `memoryStore`.
    isPrivate: true,
    /** Returns the stored record as text. */
    text: async () => JSON.stringify(await store.read('session')),
    /** Closes the gate. Returns a function that opens it. */
    close(operation: 'read' | 'write') {
      const gate = createGate();
      gates.set(operation, gate.opened);
      return () => {
        gates.delete(operation);
        gate.open();
      };
    },
  };
}

/** Signals that know whether they have listeners. */
function createHeardSignals() {
  const signals = createSignals();
  let listeners = 0;
  return {
    ...signals,
    isListenedTo: () => listeners > 0,
    subscribe(listener: (signal: Signal) => void) {
      const stop = signals.subscribe(listener);
      listeners += 1;
      return () => {
        stop();
        listeners -= 1;
      };
    },
  };
}

/** A lock that another session can hold. */
function createLock() {
  let held: Promise<void> | null = null;
  const lock: SessionStore['lock'] = async (_key, task, { signal }) => {
    if (held !== null) await Promise.race([held, abortOf(signal)]);
    return task({ isLost: false, lateness: 0 });
  };
  return {
    lock,
    /** Holds the lock. Returns a function that releases it. */
    hold() {
      const gate = createGate();
      held = gate.opened;
      return () => {
        held = null;
        gate.open();
      };
    },
  };
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('The wait for the lock was aborted')));
  });
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A server on a port, and the environment of its sessions. */
export async function openWorld(options: Partial<SessionOptions<User, Credentials>> = {}) {
  const stack = new AsyncDisposableStack();
  const clock = createManualClock();
  const accounts = memoryAccounts({ now: () => clock.now() });
  const server = stack.use(await startServer({ dialect: 'express', accounts, now: () => clock.now() }));
  const store = createGatedStore();
  const signals = createHeardSignals();
  const lock = createLock();
  return {
    server,
    clock,
    store,
    signals,
    lock,
    /** Starts a session. All sessions of one world share its store. */
    start(more: Partial<SessionOptions<User, Credentials>> = {}): AppSession {
      const session = createSession<User, Credentials>({
        baseUrl: server.url,
        server: withLogout,
        store: { ...store, lock: lock.lock },
        environment: { clock, random: () => 0.5, signals },
        ...options,
        ...more,
      });
      return stack.use(session);
    },
    /** Holds the responses to one kind of request until `open` is called. */
    dam(kind: RequestKind) {
      const reached = createGate();
      const released = createGate();
      const undo = server.intercept(kind, async (_request, next) => {
        const answer = await next();
        reached.open();
        await released.opened;
        return answer;
      });
      const open = () => {
        undo();
        released.open();
      };
      stack.defer(open);
      return { reached: reached.opened, open };
    },
    /** The number of requests for a path. */
    asked: (path: string): number => server.requests.filter((request) => request.path === path).length,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Waits until the machine is in a state such as `refreshing.backingOff`. */
export async function inState(session: AppSession, state: string): Promise<void> {
  await waitFor(session.actor, (snapshot) => stateName(snapshot.value).startsWith(state));
}

export function stateOf(session: AppSession): string {
  return stateName(session.actor.getSnapshot().value);
}

/** Resolves to the value or the error of a promise, so it never rejects. */
export function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => value,
    (error: unknown) => error,
  );
}

/** Waits for two round trips, so that earlier messages have arrived and had their effects. */
export async function quiet(world: World): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await (await fetch(`${world.server.url}/api/public`)).text();
    await setImmediate();
  }
}

/** Returns tokens from elsewhere, such as a redirect. */
export async function tokensOf({ server: { accounts } }: World, { username, password }: typeof ada) {
  const account = await accounts.verifyPassword(username, password);
  if (account === undefined) throw new Error(`There is no user ${username}`);
  return {
    accessToken: await accounts.issueAccessToken(account),
    refreshToken: await accounts.issueRefreshToken(account),
    expiresIn: lifetime / 1000,
    user: { username },
  };
}
