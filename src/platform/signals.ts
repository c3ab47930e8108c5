/**
 * Something that the platform tells.
 *
 * - `online`, `offline`: the network came, or went.
 * - `visible`, `hidden`: somebody looks, or nobody does.
 * - `woke`: time may have passed unnoticed, and messages may have been missed (a page that comes back from
 *   the back-forward cache, a window that gets the focus).
 */
export type Signal = 'online' | 'offline' | 'visible' | 'hidden' | 'woke';

/**
 * What the platform tells of itself: the network, and whether anybody looks. Whoever has answered `false` must tell of
 * the change: a refresh that waits for the network waits for `online`.
 */
export interface Signals {
  /** `false` only where it is certain that there is no network. */
  isOnline(): boolean;
  /** `false` only where it is certain that nobody looks: a hidden tab, an app in the background. */
  isVisible(): boolean;
  /** @returns stops it */
  subscribe(listener: (signal: Signal) => void): () => void;
}
