import type { OnlineSignal } from '../environment.ts';

/** The network in the caller's hand, as far as the platform tells a program of it (`navigator.onLine`). */
export interface OnlineControl extends OnlineSignal {
  isOnline(this: void): boolean;
  subscribe(this: void, listener: (isOnline: boolean) => void): () => void;
  /** Tells everybody who listens. It cuts no connection: `server.intercept` can. */
  set(this: void, isOnline: boolean): void;
}

/**
 * The signal by which a session knows whether there is a network, to be switched by a test: give it to
 * `createSession` as `environment.online`. It begins online.
 *
 * @example
 * ```ts
 * import { createOnlineControl } from 'sessionchart/testing';
 *
 * const online = createOnlineControl();
 * online.set(false); // requests that need new tokens wait for the network
 * online.set(true);
 * ```
 */
export function createOnlineControl(): OnlineControl {
  const listeners = new Set<(isOnline: boolean) => void>();
  let current = true;
  return {
    isOnline: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    set(isOnline) {
      if (isOnline === current) return;
      current = isOnline;
      for (const listener of [...listeners]) listener(isOnline);
    },
  };
}
