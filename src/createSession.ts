import ky from 'ky';
import type { InteropObservable } from 'xstate';
import { createCommands } from './session/commands.ts';
import { SessionDisposedError } from './errors/errors.ts';
import { createHistory } from './session/history.ts';
import { createEnd } from './platform/abort.ts';
import { createRequestLayer } from './requests/requestLayer.ts';
import { createServerCalls } from './server/calls.ts';
import { observerSlot, type ObserverSlot } from './server/requestObserver.ts';
import { isSameUser } from './server/sameUser.ts';
import { createStoreEvents } from './session/storeEvents.ts';
import { createCredentials } from './store/credentials.ts';
import { createBoundedStore } from './store/boundedStore.ts';
import { isEnded } from './store/storedRecord.ts';
import type { StoredRecord } from './store/recordTypes.ts';
import { createKyDoor } from './requests/kyHooks.ts';
import { createSessionFetch } from './requests/sessionFetch.ts';
import { createSessionActor, type StartableActor } from './session/machine.ts';
import type { SessionOptions } from './options.ts';
import { readOptions } from './session/settings.ts';
import { createStoreWatcher } from './session/storeWatcher.ts';
import { reportReduced } from './platform/report.ts';
import { notify } from './platform/report.ts';
import type { Session } from './session/session.ts';
import type { PendingLogin } from './session/signIn.ts';
import { createSignOut } from './session/signOut.ts';
import { createViews, withInterop } from './session/views.ts';
import { listenToSignals } from './session/wake.ts';

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
  const { api, baseUrl, environment, ky: kyOptions, name, server, store } = settings;
  const { timeout } = settings.refresh;
  const { clock } = environment;
  const { signal: disposal, abort: endAll } = createEnd();
  const fetch: typeof globalThis.fetch = kyOptions.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const isUsable = (record: StoredRecord<User>) =>
    isEnded(record) || record.accessToken !== null || server.cookies !== undefined;
  const pending = new Map<string, PendingLogin<User, Login>>();
  const lastError: { refresh: Error | null } = { refresh: null };
  const observation: ObserverSlot = { observer: null };
  const { onFailure, onCleared, tellMissing } = createStoreEvents({
    clock,
    disposal,
    send: (event) => actor.send(event),
    isRestoring: () => actor.getSnapshot().hasTag('restoring'),
  });
  const credentials = createCredentials<User>((before, now) => isSameUser(server, before, now));
  const boundedStore = createBoundedStore({
    store,
    name,
    api,
    clock,
    timeout,
    isUsable,
    onFailure,
    onCleared,
  });
  const currentId = () => credentials.current()?.sessionId ?? null;
  const calls = createServerCalls({ settings, fetch, observation, disposal, currentId });
  const signOut = createSignOut({ calls, credentials, disposal, boundedStore, settings });
  const history = createHistory(() => clock.now());
  const neededFor = (): number | null => requestLayer.neededFor();
  const refreshParts = {
    calls,
    credentials,
    disposal,
    boundedStore,
    lastError,
    neededFor,
    settings,
    tellMissing,
  };
  const machine: StartableActor = createSessionActor(refreshParts, pending, history, signOut);
  const { actor } = machine;
  const storeWatcher = createStoreWatcher(
    { credentials, disposal, boundedStore, neededFor, settings },
    actor,
    signOut,
  );
  const requestLayer = createRequestLayer(
    { credentials, disposal, lastError, observation, settings },
    actor,
    storeWatcher,
  );
  const { hooks, watch } = createKyDoor(requestLayer, fetch, clock);
  const person = () => ({ user: credentials.user(), identity: credentials.identity() });
  const views = createViews<User>(actor, person, disposal);
  const stopWatching = open(() => boundedStore.watch(() => void storeWatcher.check()));
  const stopListening = listenToSignals({ credentials, disposal, settings }, actor, storeWatcher);
  // Runs before all other subscribers, so that requests are released before listeners are called.
  const review = () => {
    requestLayer.review();
    views.update();
  };
  const stopped = () => {
    if (disposal.aborted) return;
    notify(stopListening, undefined);
    review();
    views.complete();
  };
  actor.subscribe({
    next: review,
    error(error) {
      reportReduced(error, 'session.actor');
      stopped();
    },
    complete: stopped,
  });
  machine.start();
  if (stopWatching === null) tellMissing(['channel']);
  tellMissing(store.missing);

  const dispose = () => {
    if (disposal.aborted) return;
    endAll(new SessionDisposedError());
    actor.stop();
    views.complete();
    // If one of these throws, the others must still run.
    const stops = {
      'environment.signals.subscribe': stopListening,
      'store.watch': () => stopWatching?.(),
    };
    for (const [where, stop] of Object.entries(stops)) {
      try {
        stop();
      } catch (error) {
        reportReduced(error, where);
      }
    }
  };
  const session = {
    ...createCommands(
      { credentials, disposal, boundedStore, lastError, settings },
      actor,
      { requests: requestLayer, storeWatcher },
      pending,
    ),
    actor,
    hooks,
    api: watch(ky.create(kyOptions).extend({ baseUrl, hooks })),
    fetch: createSessionFetch(requestLayer, fetch, baseUrl),
    [observerSlot]: observation,
    clock,
    logout: () => signOut.signOut(actor),
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
    dispose,
    [Symbol.dispose]: dispose,
  } satisfies Omit<Session<User, Login>, keyof InteropObservable<unknown>>;
  return withInterop(session, views);
}

/** If the platform refuses (an opaque origin, blocked storage), the session works without it. */
function open<Opened>(opening: () => Opened): Opened | null {
  try {
    return opening();
  } catch {
    return null;
  }
}
