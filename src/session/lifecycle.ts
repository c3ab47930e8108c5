import { SessionDisposedError } from '../errors/errors.ts';
import type { EndSignal } from '../platform/abort.ts';
import { notify, reportReduced } from '../platform/report.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { factsOf, type Credentials, type DueSettings } from '../store/credentials.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import type { StartableActor } from './machine.ts';
import type { SessionActor } from './sessionActor.ts';
import type { StoreEvents } from './openStore.ts';
import type { StoreWatcher } from './storeWatcher.ts';
import type { Views } from './views.ts';
import type { Signal } from '../platform/signals.ts';

interface LifecycleParts<User> {
  readonly machine: StartableActor;
  readonly settings: DueSettings & { readonly store: Pick<SessionStore, 'missing'> };
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  /** Aborts `disposal`. */
  readonly endAll: (reason: () => Error) => void;
  readonly boundedStore: Pick<BoundedStore<User>, 'watch'>;
  readonly storeWatcher: StoreWatcher;
  readonly tellMissing: StoreEvents['tellMissing'];
  readonly requestLayer: { review(): void };
  readonly views: Pick<Views<User>, 'update' | 'complete'>;
}

/**
 * Listens to the store and to the platform, and starts the machine.
 *
 * @returns `dispose`
 */
export function startSession<User>(parts: LifecycleParts<User>): () => void {
  const { machine, settings, disposal, endAll, boundedStore, storeWatcher, tellMissing, views } = parts;
  const { actor } = machine;
  const stopWatching = open(() => boundedStore.watch(() => void storeWatcher.check()));
  const stopListening = listenToSignals(parts, actor, storeWatcher);
  tellOfTransitions(actor, parts, stopListening);
  machine.start();
  if (stopWatching === null) tellMissing(['channel']);
  tellMissing(settings.store.missing);

  return () => {
    if (disposal.aborted) return;
    endAll(() => new SessionDisposedError());
    actor.stop();
    views.complete();
    stopAll({
      'environment.signals.subscribe': stopListening,
      'store.watch': () => stopWatching?.(),
    });
  };
}

/** Tells requests and listeners of each transition, until the machine stops. */
function tellOfTransitions<User>(
  actor: SessionActor,
  { disposal, requestLayer, views }: Pick<LifecycleParts<User>, 'disposal' | 'requestLayer' | 'views'>,
  stopListening: () => void,
): void {
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
}

/** If the platform refuses (an opaque origin, blocked storage), the session works without it. */
function open<Opened>(opening: () => Opened): Opened | null {
  try {
    return opening();
  } catch {
    return null;
  }
}

/** If one of these throws, the others must still run. */
function stopAll(stops: Readonly<Record<string, () => void>>): void {
  for (const [where, stop] of Object.entries(stops)) {
    try {
      stop();
    } catch (error) {
      reportReduced(error, where);
    }
  }
}

/** How long a repeated focus of the window does not count as waking, in milliseconds. */
const restless = 5_000;

interface WakeParts<User> {
  readonly settings: DueSettings;
  readonly credentials: Credentials<User>;
  readonly disposal: EndSignal;
}

/**
 * Sends the signals of the platform to the machine. After a sleep or time in the background, the session checks the store
 * first and then the clock, because timers may have fired late and messages may have been missed.
 *
 * @returns an unsubscribe function
 */
export function listenToSignals<User>(
  { settings, credentials, disposal }: WakeParts<User>,
  actor: SessionActor,
  { check }: StoreWatcher,
): () => void {
  const { clock, signals } = settings.environment;

  let wokeAt = -Infinity;

  /** Reads the current network and visibility, since a page that slept has missed the events. */
  function tellChanges(): void {
    const { online, visible } = actor.getSnapshot().context;
    const at = clock.now();
    if (signals.isOnline() !== online) {
      actor.send({ type: online ? 'network.offline' : 'network.online', at });
    }
    if (signals.isVisible() !== visible) actor.send({ type: visible ? 'page.hidden' : 'page.shown', at });
  }

  async function wake(signal: Signal): Promise<void> {
    await check();
    // A user who switches windows has not slept, and must not cause another call to a server that is down.
    const now = clock.now();
    const isRecent = now >= wokeAt && now < wokeAt + restless;
    if (signal === 'woke' && isRecent) return;
    wokeAt = now;
    const session = credentials.current();
    if (disposal.aborted || session === null) return;
    const { at, dueAt } = factsOf(session, settings);
    actor.send({ type: 'clock.woke', at, dueAt });
  }

  return signals.subscribe((signal) => {
    // A network that is back is worth a retry, even if its loss was not reported.
    const isNetwork = signal === 'online' || signal === 'offline';
    if (isNetwork) actor.send({ type: `network.${signal}`, at: clock.now() });
    else tellChanges();
    if (signal !== 'offline' && signal !== 'hidden') void wake(signal);
  });
}
