import { systemClock, type Clock } from '../platform/clock.ts';
import { browserSignals } from '../platform/browserSignals.ts';
import { isBrowser } from '../platform/isBrowser.ts';
import type { Signals } from '../platform/signals.ts';
import { broadcastChannel, hasBroadcastChannel } from './broadcastChannel.ts';
import { inProcessChannel } from './inProcessChannel.ts';
import { inProcessLock } from './inProcessLock.ts';
import type { PeerMessage } from './peerMessage.ts';
import { hasWebLocks, webLock } from './webLock.ts';

/** A lock that all who share a store have in common. */
export interface Lock {
  /**
   * Whether it keeps apart the sessions of this program alone, though others share their store. Default is
   * `false`. With it they take turns by what they leave in the store.
   */
  readonly isLocal?: boolean;
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

/** Opens a channel; what arrives is checked by the session, like any foreign input. */
export type OpenChannel = (name: string, listener: (message: unknown) => void) => Channel;

/** All that a session takes from the world around it. Each can be replaced. */
export interface Environment {
  clock: Clock;
  /** A number from 0 up to 1, as `Math.random` gives. */
  random: () => number;
  signals: Signals;
  lock: Lock;
  openChannel: OpenChannel;
}

/** The environment of this program, for a session whose store others share or do not. */
export function defaultEnvironment(isShared: boolean): Environment {
  return {
    clock: systemClock,
    random: () => Math.random(),
    signals: browserSignals,
    // Node has them too, but its Web Locks were seen to give one exclusive lock to two threads.
    lock: isShared && isBrowser() && hasWebLocks() ? webLock : inProcessLock,
    openChannel: isShared && isBrowser() && hasBroadcastChannel() ? broadcastChannel : inProcessChannel,
  };
}
