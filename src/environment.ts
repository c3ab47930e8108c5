import { longestDelay } from '../machines/index.ts';
import { inProcessChannel } from './peers/inProcessChannel.ts';
import { inProcessLock } from './peers/inProcessLock.ts';

/** Time, so that a test can hold it in its hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once, after `delay` milliseconds.
   *
   * @param isAwaited - somebody waits for it, so it may keep a Node process alive; other timers must not
   * @returns cancels it
   */
  schedule(callback: () => void, delay: number, isAwaited?: boolean): () => void;
}

/** Something the world tells, with a cleanup for whoever stops listening. */
export interface OnlineSignal {
  /** `false` only where it is certain that there is no network. */
  isOnline(): boolean;
  subscribe(listener: (isOnline: boolean) => void): () => void;
}

/** A lock that all who share a store have in common. */
export interface Lock {
  /**
   * Runs `task` while nobody else holds the lock of this name, and releases it when the task has settled,
   * whichever way.
   *
   * @throws the reason of `signal`, where it is aborted before the lock is granted
   */
  request<Result>(name: string, signal: AbortSignal, task: () => Promise<Result>): Promise<Result>;
}

/** How the sessions that share a store hear of each other. A message is a hint to read the store again. */
export interface Channel {
  /** Sends to all others, never to the sender. */
  post(message: PeerMessage): void;
  close(): void;
}

export interface PeerMessage {
  readonly type: 'adopted' | 'loggedOut' | 'expired';
  readonly sessionId: string;
  readonly generation: number;
}

/** Opens a channel; what arrives is checked by the session, like any foreign input. */
export type OpenChannel = (name: string, listener: (message: unknown) => void) => Channel;

/** All that a session takes from the world around it. Each can be replaced. */
export interface Environment {
  clock: Clock;
  /** A number from 0 up to 1, as `Math.random` gives. */
  random: () => number;
  online: OnlineSignal;
  lock: Lock;
  openChannel: OpenChannel;
}

const systemClock: Clock = {
  now: () => Date.now(),
  schedule(callback, delay, isAwaited = false) {
    const timer = setTimeout(callback, Math.min(delay, longestDelay));
    if (!isAwaited) detach(timer);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Node has a `navigator` that does not know. */
const browserOnline: OnlineSignal = {
  isOnline() {
    const onLine: unknown = typeof navigator === 'undefined' ? undefined : navigator.onLine;
    return onLine !== false;
  },
  subscribe(listener) {
    if (typeof globalThis.addEventListener !== 'function') return () => undefined;
    const goOnline = () => listener(true);
    const goOffline = () => listener(false);
    globalThis.addEventListener('online', goOnline);
    globalThis.addEventListener('offline', goOffline);
    return () => {
      globalThis.removeEventListener('online', goOnline);
      globalThis.removeEventListener('offline', goOffline);
    };
  },
};

/** The environment of this program. */
export function defaultEnvironment(): Environment {
  return {
    clock: systemClock,
    random: () => Math.random(),
    online: browserOnline,
    lock: inProcessLock,
    openChannel: inProcessChannel,
  };
}

/** Keeps a timer from keeping the program alive, where the platform has such a thing (Node). */
function detach(timer: unknown): void {
  if (isDetachable(timer)) timer.unref();
}

function isDetachable(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer;
}
