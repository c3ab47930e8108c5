/** The part of an `AbortSignal` that the session uses. Callers' signals may have less. */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface EndController {
  readonly signal: EndSignal;
  /** @param reason - creates the reason when it is first read, because creating an error is slow. Default: no reason */
  readonly abort: (reason?: () => unknown) => void;
}

/**
 * An `AbortController` that may outlive a request. Cloudflare Workers cannot create the platform's own outside a request,
 * and tie each to the request that created it: another request can neither read nor abort it.
 */
export function createEnd(): EndController {
  const listeners = new Set<() => void>();
  let end: (() => unknown) | null = null;
  let made: { readonly reason: unknown } | null = null;
  return {
    signal: {
      get aborted() {
        return end !== null;
      },
      get reason() {
        if (end !== null) made ??= { reason: end() };
        return made?.reason;
      },
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
    abort(reason = () => undefined) {
      end ??= reason;
      const told = [...listeners];
      listeners.clear();
      for (const listener of told) {
        try {
          listener();
        } catch {
          // In a worker, a listener of another request cannot be called.
        }
      }
    },
  };
}

/** Settles with `promise`, or rejects as soon as the signal is aborted. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: EndSignal): Promise<Result> {
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a reason may be any value, as in `fetch`
    leave = () => reject(reasonOf(signal));
  });
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** A signal that aborts when one of its sources does, until it is released. */
export interface FollowingSignal {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  /** Removes its listeners from the sources. */
  readonly release: () => void;
}

/**
 * Follows other signals. Replaces `AbortSignal.any`, which React Native before 0.87 lacks, and which leaks memory in
 * Node 22 if a source outlives it.
 */
export function followSignals(sources: readonly EndSignal[]): FollowingSignal {
  const own = new AbortController();
  const release = (): void => {
    for (const source of sources) source.removeEventListener('abort', follow);
  };
  const abort = (reason: unknown): void => {
    release();
    abortWith(own, reason);
  };
  const follow = (): void => {
    const aborted = sources.find((source) => source.aborted);
    if (aborted !== undefined) abort(reasonOf(aborted));
  };
  for (const source of sources) source.addEventListener('abort', follow);
  follow();
  return { signal: own.signal, abort, release };
}

/** The same for sources that live no longer than the result, so that nothing has to be released. */
export function anySignal(sources: readonly EndSignal[]): AbortSignal {
  return followSignals(sources).signal;
}

/** Aborts with a reason that the signal keeps: React Native before 0.87 drops it. */
export function abortWith(controller: AbortController, reason: unknown): void {
  const { signal } = controller;
  if (!('reason' in signal)) Object.defineProperty(signal, 'reason', { value: reason });
  controller.abort(reason);
}

export function throwIfAborted(signal: EndSignal | null | undefined): void {
  if (signal?.aborted === true) throw reasonOf(signal);
}

/** The reason of an aborted signal. */
export function reasonOf(signal: EndSignal): unknown {
  if ('reason' in signal) return signal.reason;
  const error = new Error('This operation was aborted');
  error.name = 'AbortError';
  return error;
}
