import type { Input, KyInstance, KyResponse, ResponsePromise } from 'ky';
import type { RetryPause, RetryPauses } from './retryPauses.ts';

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

export function createKyCalls(pauses: Pick<RetryPauses, 'add' | 'delete'>): KyCalls {
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
  pauses: Pick<RetryPauses, 'add' | 'delete'>,
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
