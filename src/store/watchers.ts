import type { Channel } from './broadcastChannel.ts';

/** The listeners of a place, by key. */
export interface Watchers {
  watch(this: void, key: string, listener: () => void): () => void;
  /** Tells the listeners of this key that its record has changed, and other tabs if there is a channel. */
  changed(this: void, key: string): void;
}

interface Watched {
  readonly listeners: Set<{ readonly call: () => void }>;
  readonly channel: Channel | null;
}

/** The message. It says nothing about the change, since each session reads that from the store. */
const message = 'changed';

/** @param openChannel - opens a channel to other tabs that calls `hear` with each message, or returns `null` */
export function createWatchers(
  openChannel: (key: string, hear: (heard: unknown) => void) => Channel | null = () => null,
): Watchers {
  const watched = new Map<string, Watched>();

  function open(key: string): Watched {
    const listeners: Watched['listeners'] = new Set();
    const channel = openChannel(key, (heard) => {
      if (heard === message) callAll(listeners);
    });
    const opened = { listeners, channel };
    watched.set(key, opened);
    return opened;
  }

  return {
    watch(key, call) {
      const { listeners, channel } = watched.get(key) ?? open(key);
      const listener = { call };
      listeners.add(listener);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        watched.delete(key);
        channel?.close();
      };
    },
    changed(key) {
      const found = watched.get(key);
      found?.channel?.post(message);
      // If there is only one listener, it is the session that made the change.
      if (found !== undefined && found.listeners.size > 1) callAll(found.listeners);
    },
  };
}

/** Calls the listeners in a microtask, so that none runs inside an update. */
function callAll(listeners: Watched['listeners']): void {
  for (const listener of listeners) {
    queueMicrotask(() => {
      if (listeners.has(listener)) listener.call();
    });
  }
}
