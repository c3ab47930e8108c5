import type { Signal, Signals } from '../platform/signals.ts';

/** Signals of the platform that a test controls. */
export interface SignalsControl extends Signals {
  isOnline(this: void): boolean;
  isVisible(this: void): boolean;
  subscribe(this: void, listener: (signal: Signal) => void): () => void;
  /** Changes whether there is a network. It does not cut connections: use `server.intercept` for that. */
  setOnline(this: void, isOnline: boolean): void;
  /** Hides the page or shows it again. */
  setVisible(this: void, isVisible: boolean): void;
  /** Wakes the application from sleep. Only `clock.advance` moves the time. */
  wake(this: void): void;
}

/**
 * Creates signals for your tests: pass them to `createSession` as `environment.signals`. They tell the session whether
 * there is a network and whether the page is visible. Both are `true` at first.
 *
 * @example
 * ```ts
 * import { createSignals } from 'sessionchart/testing';
 *
 * const signals = createSignals();
 * signals.setOnline(false); // requests that need new tokens wait for the network
 * signals.setOnline(true);
 * signals.setVisible(false); // a hidden page does not refresh a due token
 * signals.setVisible(true);
 * ```
 */
export function createSignals(): SignalsControl {
  const listeners = new Set<(signal: Signal) => void>();
  let online = true;
  let visible = true;
  const tell = (signal: Signal): void => {
    for (const listener of [...listeners]) listener(signal);
  };
  return {
    isOnline: () => online,
    isVisible: () => visible,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    setOnline(isOnline) {
      if (isOnline === online) return;
      online = isOnline;
      tell(isOnline ? 'online' : 'offline');
    },
    setVisible(isVisible) {
      if (isVisible === visible) return;
      visible = isVisible;
      tell(isVisible ? 'visible' : 'hidden');
    },
    wake: () => tell('woke'),
  };
}
