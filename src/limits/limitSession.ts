import { observeRequests } from '../observe/observeRequests.ts';
import { limitsSlot } from '../session/limitsSlot.ts';
import { readLimits, type LimitOptions } from './limitOptions.ts';
import { createLimitWatch, type LimitedSession } from './limitWatch.ts';
import { createSessionTimes } from './sessionTimes.ts';
import { createSharedTimes } from './sharedTimes.ts';

/** The limits of a session, as returned by `limitSession`. */
export interface SessionLimits {
  /**
   * The user chooses to stay: counts as an activity, also while the end is near. Does nothing without a session, and does not
   * extend `lifetime`.
   */
  stay(this: void): void;
  /** Ends the limits. The session goes on without them. `session.dispose()` does the same. */
  dispose(this: void): void;
  [Symbol.dispose](): void;
}

/**
 * Signs the user out after a time of inactivity (`idle`), or some time after the sign-in (`lifetime`). The tokens are revoked
 * as after `logout()`, and `view.reason` has the type `limit.reached` and the code `idle` or `lifetime`.
 *
 * Some time before (`warning`), the session emits `session.ending`, and `view.ending` says when and why it ends. From then
 * on, only `stay()` counts as an activity.
 *
 * All tabs that share the session's store share its limits: an activity in one tab counts in all. A reload resets neither
 * limit, and a session whose limit passed while the page was closed ends before it sends a request. Call this directly after
 * `createSession`.
 *
 * The limits protect a device that the user has left. They don't replace those of the server, since a script with access to
 * the tokens does not need this library.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { createSession, webStorageStore } from 'sessionchart';
 * import { limitSession } from 'sessionchart/limits';
 *
 * const session = createSession({ baseUrl, server, store: webStorageStore(() => localStorage) });
 * const limits = limitSession(session, { idle: 15 * 60_000, lifetime: 12 * 60 * 60_000 });
 *
 * const button = document.createElement('button'); // "Stay signed in"
 * button.onclick = limits.stay;
 * session.subscribe(({ ending }) => {
 *   button.hidden = ending === null;
 * });
 * ```
 */
export function limitSession(session: LimitedSession, options: LimitOptions): SessionLimits {
  const limits = readLimits(options);
  const { actor, clock, [limitsSlot]: slot } = session;
  const shared = createSharedTimes(slot, clock);
  const watch = createLimitWatch({ session, limits, shared, times: createSessionTimes(clock, shared) });
  const stops = [
    watch.stop,
    shared.watch(watch.reload),
    limits.idle === Infinity ? () => undefined : limits.activity(watch.note),
    slot.signals.subscribe((signal) => {
      watch.wake();
      if (signal === 'visible') watch.note();
    }),
    observeRequests(session).intercept(async ({ purpose }) => {
      if (purpose === 'api' || purpose === 'refresh') await watch.checkRequest();
      return undefined;
    }),
  ];
  const stop = (): void => {
    for (const undo of stops.splice(0)) undo();
  };
  const following = actor.subscribe({ next: watch.follow, complete: stop, error: stop });
  watch.follow(actor.getSnapshot());

  function dispose(): void {
    following.unsubscribe();
    stop();
    watch.takeBack();
  }
  return { stay: watch.stay, dispose, [Symbol.dispose]: dispose };
}
