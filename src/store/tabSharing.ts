import { systemClock, type Clock } from '../platform/clock.ts';
import { isBrowser } from '../platform/isBrowser.ts';
import { hasBroadcastChannel, openBroadcastChannel } from './broadcastChannel.ts';
import { createMarkLock } from './markLock.ts';
import type { SessionStore } from './sessionStore.ts';
import { createSharedLock } from './sharedLock.ts';
import { createWatchers, type Watchers } from './watchers.ts';
import { hasWebLocks, webLock } from './webLock.ts';

/** The lock and the notifications with which tabs and workers of an origin share a place. */
export interface TabSharing<User> extends Pick<SessionStore<User>, 'lock' | 'watch'> {
  readonly missing: NonNullable<SessionStore['missing']>;
  readonly changed: Watchers['changed'];
}

export interface TabSharingOptions<User> {
  readonly store: Pick<SessionStore<User>, 'read' | 'update'>;
  /** The name of the place, the same in every tab and worker. It is part of the names of the lock and the channel. */
  readonly scope: string;
  readonly lateness?: number;
  /** Whether the store's `update` is atomic in all tabs and workers. Default is `false`. */
  readonly isAtomic?: boolean;
  readonly catchUp?: (key: string) => Promise<void>;
  readonly clock?: Clock;
}

/** Shares a place through Web Locks and BroadcastChannel. Without Web Locks, sessions use marks in the store. */
export function createTabSharing<User>(options: TabSharingOptions<User>): TabSharing<User> {
  const { store, scope, clock = systemClock, isAtomic = false, ...shared } = options;
  const missing: ('lock' | 'channel')[] = [];
  const nameOf = (key: string) => `sessionchart:${scope}:${key}`;
  const marks = createMarkLock({ store, clock, isAtomic, random: () => Math.random() });
  // Node has Web Locks too, but was seen to grant one exclusive lock to two threads.
  const hasLock = isBrowser() && hasWebLocks();
  if (!hasLock) missing.push('lock');
  const watchers = createWatchers((key, hear) => {
    try {
      if (isBrowser() && hasBroadcastChannel()) return openBroadcastChannel(nameOf(key), hear);
    } catch {
      // A document of an opaque origin may have no BroadcastChannel.
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
