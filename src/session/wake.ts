import type { EndSignal } from '../platform/abort.ts';
import { factsOf, type Credentials } from '../store/credentials.ts';
import type { StoreWatcher } from './storeWatcher.ts';
import type { Signal } from '../platform/signals.ts';
import type { Settings } from './settings.ts';
import type { SessionActor } from './sessionActor.ts';

/** How long a repeated focus of the window does not count as waking, in milliseconds. */
const restless = 5_000;

interface WakeParts<User, Login> {
  readonly settings: Settings<User, Login>;
  readonly credentials: Credentials<User>;
  readonly disposal: EndSignal;
}

/**
 * Sends the signals of the platform to the machine. After a sleep or time in the background, the session checks the store
 * first and then the clock, because timers may have fired late and messages may have been missed.
 *
 * @returns an unsubscribe function
 */
export function listenToSignals<User, Login>(
  { settings, credentials, disposal }: WakeParts<User, Login>,
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
