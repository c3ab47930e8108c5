import type { Signal, Signals } from './signals.ts';

/**
 * The signals of a page, from the events `online`, `offline`, `visibilitychange`, `focus`, `pageshow` (from the
 * back-forward cache) and `resume`. The default of `environment.signals`. Without a page (Node, a worker), it reports
 * online and visible.
 *
 * @example
 * ```ts
 * import { browserSignals, createSession } from 'sessionchart';
 *
 * // A page that plays music is in use even while it is hidden.
 * const signals = { ...browserSignals, isVisible: () => true };
 * const session = createSession({ baseUrl, server, environment: { signals } });
 * ```
 */
export const browserSignals: Signals = {
  isOnline() {
    // Node's `navigator` has no `onLine`.
    const onLine: unknown = typeof navigator === 'undefined' ? undefined : navigator.onLine;
    return onLine !== false;
  },
  isVisible: () => typeof document === 'undefined' || document.visibilityState !== 'hidden',
  subscribe(listener) {
    const stops = [
      listen(globalThis, 'online', () => listener('online')),
      listen(globalThis, 'offline', () => listener('offline')),
      listen(globalThis, 'focus', () => listener('woke')),
      listen(globalThis, 'pageshow', (event) => {
        if ('persisted' in event && event.persisted === true) listener('woke');
      }),
    ];
    if (typeof document !== 'undefined') {
      const tellVisibility = (): void => listener(visibility());
      stops.push(
        listen(document, 'visibilitychange', tellVisibility),
        listen(document, 'resume', () => listener('woke')),
      );
    }
    return () => {
      for (const stop of stops) stop();
    };
  },
};

function visibility(): Signal {
  return browserSignals.isVisible() ? 'visible' : 'hidden';
}

/** React Native's `globalThis` has no `addEventListener`. */
function listen(target: object, type: string, listener: (event: Event) => void): () => void {
  if (!isEventTarget(target)) return () => undefined;
  target.addEventListener(type, listener);
  return () => {
    target.removeEventListener(type, listener);
  };
}

function isEventTarget(target: object): target is EventTarget {
  return 'addEventListener' in target && typeof target.addEventListener === 'function';
}
