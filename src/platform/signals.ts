/**
 * A signal of the platform.
 *
 * - `online`, `offline`: the network is back or lost.
 * - `visible`, `hidden`: the page or app is shown or hidden.
 * - `woke`: time may have passed and messages may have been missed, for example when a page returns from the
 *   back-forward cache or a window gets the focus.
 */
export type Signal = 'online' | 'offline' | 'visible' | 'hidden' | 'woke';

/**
 * Signals of the platform: the network, and whether the page or app is visible. If a method returns `false`, the object
 * must later send `online` or `visible`, since a refresh waits for that.
 */
export interface Signals {
  /** Returns `false` only if there is certainly no network. */
  isOnline(): boolean;
  /** Returns `false` only if the page or app is certainly hidden: a hidden tab, an app in the background. */
  isVisible(): boolean;
  /** @returns an unsubscribe function */
  subscribe(listener: (signal: Signal) => void): () => void;
}
