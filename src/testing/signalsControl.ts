import type { Signal, Signals } from '../platform/signals.ts';

/** What the platform tells a program of itself, in the caller's hand. */
export interface SignalsControl extends Signals {
  isOnline(this: void): boolean;
  isVisible(this: void): boolean;
  subscribe(this: void, listener: (signal: Signal) => void): () => void;
  /** Tells everybody who listens. It cuts no connection: `server.intercept` can. */
  setOnline(this: void, isOnline: boolean): void;
  /** Hides the page, or shows it again. */
  setVisible(this: void, isVisible: boolean): void;
  /** Lets the program come back from a sleep. Time passes by `clock.advance` alone. */
  wake(this: void): void;
}

/**
 * The signals by which a session knows whether there is a network and whether anybody looks, to be given by a
 * test: `environment.signals` of `createSession`. They begin online and visible.
 *
 * @example
 * ```ts
 * import { createSignals } from 'sessionchart/testing';
 *
 * const signals = createSignals();
 * signals.setOnline(false); // requests that need new tokens wait for the network
 * signals.setOnline(true);
 * signals.setVisible(false); // nobody looks: a token that is due stays so
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
