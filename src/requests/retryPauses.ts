import type { Input, KyInstance, KyResponse, ResponsePromise } from 'ky';
import { followSignals } from '../platform/abort.ts';
import type { PendingRequest } from './pendingRequest.ts';

/** A call of ky that may be waiting for its next attempt, where neither the session nor `fetch` sees it. */
export interface RetryPause {
  readonly pending: PendingRequest;
  /** Whether ky may be waiting: an attempt has ended, and the next one has not begun. */
  isOpen: boolean;
  /** Why the pause was ended, or `null`. */
  error: Error | null;
  /** Ends ky's wait. */
  end(this: void, error: unknown): void;
}

/** Ends each pause whose session has ended. */
export function endPauses(
  pauses: Set<RetryPause>,
  whyEnded: (pending: PendingRequest) => Error | null,
  fail: (pending: PendingRequest, error: Error) => void,
): void {
  for (const pause of pauses) {
    const error = pause.isOpen ? whyEnded(pause.pending) : null;
    if (error === null) continue;
    pauses.delete(pause);
    pause.error = error;
    fail(pause.pending, error);
    pause.end(error);
  }
}

/** Not a closure of the first call, which the registry would keep for ever. */
const release = (end: () => void) => end();

/**
 * Gives calls of a custom ky instance a signal that ends their pauses. Such an instance does not report when a call is over,
 * and ky's pause listens only to the signal of the call.
 *
 * @returns the signal that replaces the caller's
 */
export function createPauseEnder(pauses: Set<RetryPause>) {
  let registry: FinalizationRegistry<() => void> | null = null;
  return (pause: RetryPause, signal: AbortSignal, call: object): AbortSignal => {
    if (!('FinalizationRegistry' in globalThis)) return signal;
    const following = followSignals([signal]);
    pause.end = following.abort;
    pauses.add(pause);
    registry ??= new FinalizationRegistry(release);
    registry.register(call, () => {
      pauses.delete(pause);
      following.release();
    });
    return following.signal;
  };
}

/** A call of an instance that is watched. */
interface WatchedCall {
  /** The input of the call, which ky does not pass to its `init` hook. */
  readonly input: Input;
  /** Set by the `init` hook. */
  pause: RetryPause | null;
}

/** Follows the calls of ky instances, from the call to its response. */
export interface KyCalls {
  /** The current call, or `null` in a custom ky instance. */
  readonly current: WatchedCall | null;
  watch(this: void, api: KyInstance): KyInstance;
}

export function createKyCalls(pauses: Set<RetryPause>): KyCalls {
  let current: WatchedCall | null = null;

  function follow<T>(input: Input, send: () => ResponsePromise<T>): ResponsePromise<T> {
    const outer = current;
    const call: WatchedCall = { input, pause: null };
    current = call;
    try {
      const answer = send();
      return call.pause === null ? answer : untilEnded(answer, call.pause, pauses);
    } finally {
      current = outer;
    }
  }

  type Call = KyInstance['get'];
  const watchCall =
    (send: Call): Call =>
    (url, options) =>
      follow(url, () => send(url, options));

  function watch(api: KyInstance): KyInstance {
    const { head } = api;
    return Object.assign(watchCall(api), {
      ...api,
      get: watchCall(api.get),
      post: watchCall(api.post),
      put: watchCall(api.put),
      patch: watchCall(api.patch),
      delete: watchCall(api.delete),
      query: watchCall(api.query),
      head: ((url, options) => follow(url, () => head(url, options))) satisfies typeof head,
      extend: ((defaults) => watch(api.extend(defaults))) satisfies KyInstance['extend'],
    });
  }

  return {
    get current() {
      return current;
    },
    watch,
  };
}

/**
 * Returns ky's response, unless the session ends during a pause before a retry. ky's pause listens only to the caller's
 * signal, and a signal for every call would cost more than everything else that the session does.
 */
function untilEnded<T>(
  answer: ResponsePromise<T>,
  pause: RetryPause,
  pauses: Set<RetryPause>,
): ResponsePromise<T> {
  const first = new Promise<KyResponse<T>>((resolve, reject) => {
    pause.end = reject;
    pauses.add(pause);
    const settled =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        pauses.delete(pause);
        settle(value);
      };
    answer.then(settled(resolve), settled(reject));
  });
  const reading =
    <Args extends unknown[], Body>(read: (...args: Args) => Promise<Body>) =>
    (...args: Args): Promise<Body> => {
      // Call this synchronously, since it sets the `Accept` header.
      const body = read(...args);
      body.catch(() => undefined);
      return first.then(() => body);
    };
  const { arrayBuffer, blob, bytes, formData, json, text } = answer;
  return Object.assign(first, answer, {
    arrayBuffer: reading(arrayBuffer),
    blob: reading(blob),
    formData: reading(formData),
    json: reading(json),
    text: reading(text),
    // Not every platform has this method.
    ...('bytes' in answer && { bytes: reading(bytes) }),
  });
}
