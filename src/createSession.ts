import ky from 'ky';
import type { InteropObservable } from 'xstate';
import { createCommands } from './session/commands.ts';
import { createWorld } from './session/createWorld.ts';
import { SessionDisposedError } from './errors/errors.ts';
import { createHistory } from './session/history.ts';
import { createEnd } from './platform/abort.ts';
import { createRequestLayer } from './requests/requestLayer.ts';
import { observerSlot } from './server/requestObserver.ts';
import { createKyDoor } from './requests/kyHooks.ts';
import { createSessionFetch } from './requests/sessionFetch.ts';
import { createSessionActor, type StartableActor } from './session/machine.ts';
import type { SessionOptions } from './options.ts';
import { readOptions } from './session/settings.ts';
import { createLookout } from './session/lookout.ts';
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
  const { clock } = settings.environment;
  const disposal = createEnd();
  const pending = new Map<string, PendingLogin<User, Login>>();
  const world = createWorld(settings, {
    disposal: disposal.signal,
    send: (event) => actor.send(event),
    neededFor: (): number | null => requestLayer.neededFor(),
    isEarly: () => actor.getSnapshot().hasTag('restoring'),
  });
  const signOut = createSignOut(world);
  const history = createHistory(() => clock.now());
  const machine: StartableActor = createSessionActor(world, pending, history, signOut);
  const { actor } = machine;
  const lookout = createLookout(world, actor, signOut);
  const requestLayer = createRequestLayer(world, actor, lookout);
  const { hooks, watch } = createKyDoor(requestLayer, world.fetch, clock);
  const { credentials } = world;
  const person = () => ({ user: credentials.user(), identity: credentials.identity() });
  const views = createViews<User>(actor, person, disposal.signal);
  const stopWatching = open(() => world.keeper.watch(() => void lookout.look()));
  const stopListening = listenToSignals(world, actor, lookout);
  // Runs before all other subscribers, so that requests are released before listeners are called.
  const review = () => {
    requestLayer.review();
    views.update();
  };
  const stopped = () => {
    if (disposal.signal.aborted) return;
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
  if (stopWatching === null) world.tellMissing(['channel']);
  world.tellMissing(settings.store.missing);

  const dispose = () => {
    if (disposal.signal.aborted) return;
    disposal.abort(new SessionDisposedError());
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
    ...createCommands(world, actor, { requests: requestLayer, lookout }, pending),
    actor,
    hooks,
    api: watch(ky.create(settings.ky).extend({ baseUrl: settings.baseUrl, hooks })),
    fetch: createSessionFetch(requestLayer, world.fetch, settings.baseUrl),
    [observerSlot]: world.observation,
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
