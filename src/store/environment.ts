import { systemClock, type Clock } from '../platform/clock.ts';
import { browserSignals } from '../platform/browserSignals.ts';
import { isBrowser } from '../platform/isBrowser.ts';
import type { Signals } from '../platform/signals.ts';
import { broadcastChannel, hasBroadcastChannel } from './broadcastChannel.ts';
import { inProcessChannel } from './inProcessChannel.ts';
import { inProcessLock } from './inProcessLock.ts';
import type { PeerMessage } from './peerMessage.ts';
import { hasWebLocks, webLock } from './webLock.ts';

/** A lock that all sessions on a store share. */
export interface Lock {
  /**
   * Whether the lock works only between sessions of this application, although others share the store. With `true`, they
   * also take turns through marks in the store. Default is `false`.
   */
  readonly isLocal?: boolean;
  /**
   * Runs `task` while no other task holds the lock of this name, and releases it when the task has settled.
   *
   * @throws the reason of `signal`, if it is aborted before the lock is granted
   */
  request<Result>(name: string, signal: AbortSignal, task: () => Promise<Result>): Promise<Result>;
}

/** Messages between sessions that share a store. A message is a hint to read the store again. */
export interface Channel {
  /** Sends a message to all others, not to the sender. */
  post(message: PeerMessage): void;
  close(): void;
}

/** Opens a channel. The session validates received messages, like any untrusted input. */
export type OpenChannel = (name: string, listener: (message: unknown) => void) => Channel;

/** The injectable dependencies of a session. */
export interface Environment {
  clock: Clock;
  /** Returns a number from 0 up to, but not including, 1, like `Math.random`. */
  random: () => number;
  signals: Signals;
  lock: Lock;
  openChannel: OpenChannel;
}

/** The default environment, for a shared or private store. */
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
