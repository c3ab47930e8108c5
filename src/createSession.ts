import type { InteropObservable } from 'xstate';
import { createCommands } from './session/commands.ts';
import { createHistory } from './session/history.ts';
import { createEnd } from './platform/abort.ts';
import { createKyClient } from './requests/kyHooks.ts';
import { createRequestLayer } from './requests/requestLayer.ts';
import { isRunning } from './requests/sessionState.ts';
import { createSessionFetch } from './requests/sessionFetch.ts';
import { createServerCalls } from './server/calls.ts';
import { observerSlot, type ObserverSlot } from './server/requestObserver.ts';
import { isSameUser } from './server/sameUser.ts';
import { createCredentials } from './store/credentials.ts';
import { createSessionActor, type StartableActor } from './session/machine.ts';
import { startSession } from './session/lifecycle.ts';
import { limitsSlot } from './session/limitsSlot.ts';
import type { SessionActor } from './session/sessionActor.ts';
import type { SessionOptions } from './options.ts';
import { readOptions, type Settings } from './session/settings.ts';
import type { Lease } from './store/sessionStore.ts';
import { createStoreWatcher } from './session/storeWatcher.ts';
import { notify, reportReduced } from './platform/report.ts';
import type { ServerContract } from './server/contract.ts';
import { openStore } from './session/openStore.ts';
import type { Session } from './session/session.ts';
import type { PendingSignIns } from './session/login.ts';
import { createRevoke } from './session/revoke.ts';
import { createSignOut } from './session/signOut.ts';
import { createUserUpdates, type UserUpdates } from './session/userUpdates.ts';
import { createViews, withInterop } from './session/views.ts';

/**
 * Creates a session and starts to restore it from its store.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 *
 * const session = createSession<{ name: string }, { email: string; password: string }>({
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
  const { clock } = settings.environment;
  const parts = connectParts(settings);
  const { actor, views } = parts;
  const dispose = parts.start();
  const session = {
    ...parts.commands,
    get api() {
      return parts.kyClient().api;
    },
    get hooks() {
      return parts.kyClient().hooks;
    },
    fetch: parts.sessionFetch,
    actor,
    [observerSlot]: parts.observation,
    [limitsSlot]: {
      store: settings.store,
      key: `${settings.name}@${settings.api}#limits`,
      signals: settings.environment.signals,
    },
    clock,
    logout: () => parts.signOut.signOut(actor),
    updateUser: parts.userUpdates.updateUser,
    cancelStepUp() {
      if (isRunning(actor)) actor.send({ type: 'stepUp.cancelled', at: clock.now() });
    },
    getSnapshot: views.get,
    subscribe: views.subscribe,
    on: createOn(actor),
    history: parts.history.entries,
    dispose,
    [Symbol.dispose]: dispose,
  } satisfies Omit<Session<User, Login>, keyof InteropObservable<unknown>>;
  return withInterop(session, views);
}

/** Creates the parts of a session, and gives each what it needs. Nothing runs before `start`. */
function connectParts<User, Login>(settings: Settings<User, Login>) {
  const { clock } = settings.environment;
  const { signal: disposal, abort: endAll } = createEnd();
  const fetch: typeof globalThis.fetch =
    settings.ky.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const pending: PendingSignIns<User, Login> = new Map();
  const lastError: { refresh: Error | null } = { refresh: null };
  const held: { lease: Lease | null } = { lease: null };
  const observation: ObserverSlot = { observer: null };

  const { server } = settings;
  const credentials = createCredentials<User>(
    (before, now) => isSameUser(server, before, now),
    (secrets, now) => discardSecrets(server, secrets, now),
  );
  const { boundedStore, tellMissing } = openStore(settings, disposal, () => actor);
  const currentId = () => credentials.current()?.sessionId ?? null;
  const shared = { boundedStore, credentials, disposal, held, settings };
  const calls = createServerCalls({ settings, fetch, observation, disposal, currentId });
  const revoke = createRevoke({ ...shared, calls, tellMissing }, () => actor);
  const signOut = createSignOut({ ...shared, clock, revoke });
  const history = createHistory(() => clock.now());
  const neededFor = (): number | null => requestLayer.neededFor();
  const machine: StartableActor = createSessionActor(
    { ...shared, calls, lastError, neededFor, revoke, tellMissing },
    pending,
    history,
    signOut,
  );
  const { actor } = machine;

  const userUpdates: UserUpdates<User> = createUserUpdates(shared, actor, () => commands.ready());
  const storeWatcher = createStoreWatcher({ ...shared, neededFor }, actor, {
    endLate: signOut.endLate,
    compare: userUpdates.compare,
  });
  const requestLayer = createRequestLayer({ ...shared, actor, lastError, observation }, storeWatcher);
  const person = () => ({ user: credentials.user(), identity: credentials.identity() });
  const views = createViews<User>(actor, person, disposal);
  const start = () =>
    startSession({ ...shared, endAll, machine, requestLayer, storeWatcher, tellMissing, views });

  const commands = createCommands(
    { ...shared, lastError, revoke },
    actor,
    { requests: requestLayer, storeWatcher },
    pending,
  );
  const kyClient = createKyClient(requestLayer, fetch, settings);
  const sessionFetch = createSessionFetch(requestLayer, fetch, settings.baseUrl);
  return {
    actor,
    commands,
    history,
    kyClient,
    observation,
    sessionFetch,
    signOut,
    start,
    userUpdates,
    views,
  };
}

function discardSecrets(
  server: Pick<ServerContract, 'discardSecrets'>,
  ...secrets: Parameters<NonNullable<ServerContract['discardSecrets']>>
): void {
  try {
    server.discardSecrets?.(...secrets);
  } catch (error) {
    reportReduced(error, 'server.discardSecrets');
  }
}

/** Calls the session's listeners so that an error of one of them is reported, and stops nothing. */
function createOn(actor: SessionActor): Session['on'] {
  return (type, listener) => {
    const subscription = actor.on(type, (event) => {
      notify(listener, event);
    });
    return () => {
      subscription.unsubscribe();
    };
  };
}
