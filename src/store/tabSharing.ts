import { systemClock, type Clock } from '../platform/clock.ts';
import { isBrowser } from '../platform/isBrowser.ts';
import { hasBroadcastChannel, openBroadcastChannel } from './broadcastChannel.ts';
import { createMarkLock } from './markLock.ts';
import type { SessionStore } from './sessionStore.ts';
import { createSharedLock } from './sharedLock.ts';
import { createWatchers, type Watchers } from './watchers.ts';
import { hasWebLocks, webLock } from './webLock.ts';

/** What tabs and workers of an origin need to share a place. */
export interface TabSharing<User> extends Pick<SessionStore<User>, 'lock' | 'watch'> {
  readonly missing: NonNullable<SessionStore['missing']>;
  readonly changed: Watchers['changed'];
}

export interface TabSharingOptions<User> {
  readonly store: Pick<SessionStore<User>, 'read' | 'update'>;
  /** The place: the same text for all that share it. It is part of the names of the lock and the channel. */
  readonly scope: string;
  readonly lateness?: number;
  readonly catchUp?: (key: string) => Promise<void>;
  readonly clock?: Clock;
}

/** Shares a place by Web Locks and BroadcastChannel. Without Web Locks, sessions go by marks in the store. */
export function createTabSharing<User>(options: TabSharingOptions<User>): TabSharing<User> {
  const { store, scope, clock = systemClock, ...shared } = options;
  const missing: ('lock' | 'channel')[] = [];
  const nameOf = (key: string) => `sessionchart:${scope}:${key}`;
  const marks = createMarkLock({ store, clock, random: () => Math.random() });
  // Node has Web Locks too, but they were seen to give one exclusive lock to two threads.
  const hasLock = isBrowser() && hasWebLocks();
  if (!hasLock) missing.push('lock');
  const watchers = createWatchers((key, hear) => {
    try {
      if (isBrowser() && hasBroadcastChannel()) return openBroadcastChannel(nameOf(key), hear);
    } catch {
      // A document of an opaque origin may have none.
    }
    missing.push('channel');
    return null;
  });
  const onRefused = () => void missing.push('lock');
  return {
    missing,
    ...watchers,
    lock: hasLock
      ? createSharedLock({ ...shared, platform: webLock, marks, clock, nameOf, onRefused })
      : marks.lock,
  };
}
