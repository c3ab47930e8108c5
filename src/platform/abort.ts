/** What the session needs of a signal: its own ones have no more, and those of callers may have less. */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface EndController {
  readonly signal: EndSignal;
  readonly abort: (reason: unknown) => void;
}

/**
 * An `AbortController` for what outlives a request. Cloudflare's workers make none of the platform's own outside a
 * request, and tie each to the request in which it was made: another one can neither read nor abort it.
 */
export function createEnd(): EndController {
  const listeners = new Set<() => void>();
  let ended: { readonly reason: unknown } | null = null;
  return {
    signal: {
      get aborted() {
        return ended !== null;
      },
      get reason() {
        return ended?.reason;
      },
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
    abort(reason) {
      ended ??= { reason };
      const told = [...listeners];
      listeners.clear();
      for (const listener of told) {
        try {
          listener();
        } catch {
          // What was begun for another request of a worker is not ours to abort.
        }
      }
    },
  };
}

/** Settles with `promise`, or rejects as soon as the signal is aborted. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: EndSignal): Promise<Result> {
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever it is, as `fetch` does
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
 * Follows other signals. It takes the place of `AbortSignal.any`, which React Native before 0.87 lacks, and of which
 * Node 22 keeps a trace in each source that outlives it.
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

/** The same for sources that end with it. */
export function anySignal(sources: readonly EndSignal[]): AbortSignal {
  return followSignals(sources).signal;
}

/** Aborts for a reason that its signal remembers: before 0.87 React Native's own forgets it. */
export function abortWith(controller: AbortController, reason: unknown): void {
  const { signal } = controller;
  if (!('reason' in signal)) Object.defineProperty(signal, 'reason', { value: reason });
  controller.abort(reason);
}

export function throwIfAborted(signal: EndSignal | null | undefined): void {
  if (signal?.aborted === true) throw reasonOf(signal);
}

/** What an aborted signal was aborted with. */
export function reasonOf(signal: EndSignal): unknown {
  if ('reason' in signal) return signal.reason;
  const error = new Error('This operation was aborted');
  error.name = 'AbortError';
  return error;
}
