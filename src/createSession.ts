import { randomId } from './randomId.ts';
import ky from 'ky';
import { waitFor } from 'xstate';
import type { PendingLogin } from './authenticator.ts';
import { beginSession, createCredentials, factsOf } from './credentials.ts';
import {
  AlreadyAuthenticatedError,
  InvalidOptionError,
  RefreshUnavailableError,
  SessionDisposedError,
} from './errors.ts';
import { readGrant } from './grant.ts';
import { createHistory } from './history.ts';
import { createGate, type Gate } from './http/gate.ts';
import { createKyHooks } from './http/kyHooks.ts';
import { createSessionFetch } from './http/sessionFetch.ts';
import { createSessionActor } from './machine.ts';
import { readOptions, type SessionOptions } from './options.ts';
import { messageOf } from './peers/peerMessage.ts';
import { createPeerListener } from './peers/peerListener.ts';
import { createEnding } from './ending.ts';
import { createExit } from './exit.ts';
import { notify } from './report.ts';
import type { Session } from './session.ts';
import { createKeeper } from './stores/keeper.ts';
import { createViews } from './views.ts';
import type { SessionActor, World } from './world.ts';

/**
 * Creates a session and starts to restore it from its store.
 *
 * @throws {InvalidOptionError} names the option, what was expected and what came
 *
 * @example
 * ```ts
 * const session = createSession({
 *   baseUrl: 'https://api.example.com',
 *   server: {
 *     login: ({ credentials, http }) => http.post('login', { json: credentials }).json(),
 *     refresh: ({ refreshToken, http }) => http.post('token', { json: { refreshToken } }).json(),
 *   },
 * });
 * await session.login({ email: 'ada@example.com', password });
 * const orders = await session.api.get('orders').json();
 * ```
 */
export function createSession<User = unknown, Login = unknown>(
  options: SessionOptions<User, Login>,
): Session<User, Login> {
  const settings = readOptions(options);
  const { clock, online, openChannel } = settings.environment;
  const disposal = new AbortController();
  const pending = new Map<string, PendingLogin<User, Login>>();
  const scope = `sessionchart:${settings.store.scope}:${settings.name}`;
  let hasToldFailure = false;
  const world: World<User, Login> = {
    settings,
    credentials: createCredentials<User>(),
    keeper: createKeeper({
      store: settings.store,
      name: settings.name,
      clock,
      timeout: settings.refresh.timeout,
      onFailure(operation) {
        if (hasToldFailure) return;
        hasToldFailure = true;
        const tell = () => {
          if (!disposal.signal.aborted) actor.send({ type: 'store.failed', operation, at: clock.now() });
        };
        // What fails before `createSession` has returned is told when somebody can listen.
        if (actor.getSnapshot().hasTag('restoring')) clock.schedule(tell, 0);
        else tell();
      },
    }),
    lockName: scope,
    disposal: disposal.signal,
    fetch: settings.ky.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    tell: (message) => {
      if (disposal.signal.aborted) return;
      try {
        channel.post(message);
      } catch {
        // A message is a hint: whoever misses it finds out from the store.
      }
    },
    lastError: { refresh: null },
  };
  const { credentials, keeper } = world;
  const ending = createEnding(world);
  const history = createHistory(() => clock.now());
  const actor: SessionActor = createSessionActor(world, pending, history, ending);
  const gate = createGate(world, actor);
  const hooks = createKyHooks(gate, world.fetch, clock);
  const views = createViews<User>(actor, () => credentials.user());
  const listenToPeers = createPeerListener(world, actor, ending);
  const channel = openChannel(scope, (message) => void listenToPeers(message));
  const exit = createExit(world, actor, ending);
  const undos = [
    online.subscribe((isOnline) => {
      actor.send({ type: isOnline ? 'network.online' : 'network.offline', at: clock.now() });
    }),
    () => {
      channel.close();
    },
  ];
  actor.subscribe(() => {
    gate.review();
    views.update();
  });
  actor.start();

  const expectOpen = () => {
    if (disposal.signal.aborted) throw new SessionDisposedError();
  };

  const session: Session<User, Login> = {
    actor,
    hooks,
    api: ky.create(settings.ky).extend({ baseUrl: settings.baseUrl, hooks }),
    fetch: createSessionFetch(gate, world.fetch, settings.baseUrl),
    async login(given, { signal } = {}) {
      expectOpen();
      if (settings.server.login === undefined)
        throw new InvalidOptionError('server.login', 'a function', 'undefined');
      signal?.throwIfAborted();
      const loginId = randomId();
      return new Promise((resolve, reject) => {
        pending.set(loginId, { credentials: given, signal: signal ?? null, resolve, reject });
        actor.send({ type: 'session.login', loginId });
        // A state that cannot sign in lets the event fall, and nobody has come for the credentials.
        queueMicrotask(() => {
          if (pending.delete(loginId)) reject(new AlreadyAuthenticatedError());
        });
      });
    },
    async adopt(grant) {
      expectOpen();
      const begun = beginSession(readGrant(grant), clock.now());
      credentials.offer(begun);
      actor.send({ type: 'session.adopt', ...factsOf(begun, settings) });
      await keeper.write(begun);
      world.tell(messageOf(begun));
    },
    async refresh() {
      expectOpen();
      if (actor.getSnapshot().hasTag('restoring')) await session.ready();
      const before = credentials.current();
      actor.send({ type: 'session.refresh', at: clock.now() });
      await Promise.resolve();
      await admitted(gate);
      const now = credentials.current();
      if (before !== null && now?.sessionId === before.sessionId && now.generation === before.generation) {
        const { failure } = actor.getSnapshot().context;
        throw new RefreshUnavailableError(failure, { cause: world.lastError.refresh });
      }
    },
    logout: exit,
    async accessToken({ signal } = {}) {
      expectOpen();
      for (;;) {
        const stamp = await gate.admit(gate.ticket('required'), signal ?? null);
        const current = credentials.current();
        if (stamp !== null && current !== null && credentials.isCurrent(stamp)) return current.accessToken;
      }
    },
    getSnapshot: views.get,
    subscribe: views.subscribe,
    on(type, listener) {
      const subscription = actor.on(type, (event) => {
        notify(listener, event);
      });
      return () => {
        subscription.unsubscribe();
      };
    },
    history: history.entries,
    async ready() {
      expectOpen();
      const release = clock.schedule(() => undefined, settings.hold.timeout, true);
      const { signal } = disposal;
      await waitFor(actor, (snapshot) => !snapshot.hasTag('restoring'), { signal })
        .catch(expectOpen)
        .finally(release);
    },
    dispose() {
      if (disposal.signal.aborted) return;
      disposal.abort(new SessionDisposedError());
      for (const undo of undos) undo();
      actor.stop();
    },
    [Symbol.dispose]: () => {
      session.dispose();
    },
  };
  return session;
}

/** Waits as a request does, for as long as one may, without taking a place among them. */
function admitted<User>(gate: Gate<User>) {
  return gate.admit(gate.ticket('required', { isRequest: false }), null);
}
