import type { KyInstance, Input } from 'ky';
import type { Ticket } from './admission.ts';

/** A call of ky that may be waiting for its next attempt, where neither the gate nor `fetch` sees it. */
export interface Pause {
  readonly ticket: Ticket;
  /** Ends ky's wait. */
  readonly end: AbortController;
  /** Whether ky may be waiting: an attempt has ended, and the next one has not begun. */
  isOpen: boolean;
}

/** The pauses of calls that are under way. */
export interface Pauses {
  add(this: void, pause: Pause): void;
  /** Ends each pause for which `look` finds an error. */
  review(look: (ticket: Ticket) => unknown): void;
}

/** Refers to the calls weakly: ky does not tell its hooks when a call is over. */
export function createPauses(): Pauses {
  const pauses = new Set<WeakRef<Pause>>();
  let registry: FinalizationRegistry<WeakRef<Pause>> | null = null;
  return {
    add(pause) {
      if (!('FinalizationRegistry' in globalThis)) return;
      registry ??= new FinalizationRegistry((collected) => void pauses.delete(collected));
      const reference = new WeakRef(pause);
      pauses.add(reference);
      registry.register(pause, reference);
    },
    review(look) {
      for (const reference of pauses) {
        const pause = reference.deref();
        const error = pause?.isOpen === true ? look(pause.ticket) : null;
        if (error === null) continue;
        try {
          pause?.end.abort(error);
        } catch {
          // In Cloudflare's workers a signal belongs to the request in which it was made.
        }
      }
    },
  };
}

/** Tells which input ky has been called with: its `init` hook runs inside the call, and does not see the input. */
export interface InputTeller {
  /** `null` in a ky of the program's own. */
  readonly input: Input | null;
  watch(this: void, api: KyInstance): KyInstance;
}

export function createInputTeller(): InputTeller {
  let input: Input | null = null;

  function during<Result>(given: Input, call: () => Result): Result {
    const outer = input;
    input = given;
    try {
      return call();
    } finally {
      input = outer;
    }
  }

  type Send = KyInstance['get'];
  const watchCall =
    (send: Send): Send =>
    (url, options) =>
      during(url, () => send(url, options));

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
      head: ((url, options) => during(url, () => head(url, options))) satisfies typeof head,
      extend: ((defaults) => watch(api.extend(defaults))) satisfies KyInstance['extend'],
    });
  }

  return {
    get input() {
      return input;
    },
    watch,
  };
}
