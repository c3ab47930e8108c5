import { followSignals, type FollowingSignal } from '../platform/abort.ts';

/** One attempt in flight, and the signal that ends it. */
export interface InFlightRequest {
  readonly signal: AbortSignal;
  /** The response has arrived: the signal stays active until its body has been read or dropped. */
  answered(body: object | null | undefined): void;
  failed(): void;
}

/**
 * Ties requests in flight to the user whose token they carry, by the epoch of the credentials. When it ends, they are aborted,
 * including partly read bodies, so that no response for one user reaches the screen of the next.
 */
export interface InFlightRequests {
  /**
   * @param epoch - the epoch whose end aborts the request, or `null` without a token
   * @param signals - the caller's signals, which abort it as well
   * @param owner - the object that a signal was taken from: in Node the signal of a `Request` follows another one only
   *   while that `Request` lives
   */
  add(epoch: number | null, signals: readonly AbortSignal[], owner?: unknown): InFlightRequest;
  /** The epoch that requests are tied to, or `null`. */
  readonly epoch: number | null;
  /** @param reason - creates the reason, if there is a request to abort */
  abort(reason: () => Error): void;
}

interface Tie extends FollowingSignal {
  readonly owner: unknown;
  readonly ties: Set<Tie> | null;
}

export function createInFlightRequests(): InFlightRequests {
  let epoch: number | null = null;
  let ofEpoch = new Set<Tie>();
  let bodies: FinalizationRegistry<Tie> | null = null;

  function release(tie: Tie): void {
    tie.release();
    tie.ties?.delete(tie);
  }

  /** A body does not report when it has been read, so the tie is kept until the body is garbage-collected. */
  function releaseWith(body: object | null | undefined, tie: Tie): void {
    // React Native's `fetch` reads the whole body before it resolves, and has no `body`.
    if (body === null || body === undefined) release(tie);
    else if ('FinalizationRegistry' in globalThis) {
      bodies ??= new FinalizationRegistry(release);
      // Pass the body as its own token. Otherwise Chromium may collect the object while the body is being read.
      bodies.register(body, tie, body);
    }
  }

  return {
    add(ofWhich, signals, owner) {
      if (ofWhich !== null && ofWhich !== epoch) {
        epoch = ofWhich;
        ofEpoch = new Set();
      }
      const ties = ofWhich === null ? null : ofEpoch;
      const tie = { ...followSignals(signals), owner, ties };
      ties?.add(tie);
      return {
        signal: tie.signal,
        answered: (body) => releaseWith(body, tie),
        failed: () => release(tie),
      };
    },
    get epoch() {
      return epoch;
    },
    abort(reason) {
      const ended = ofEpoch;
      epoch = null;
      ofEpoch = new Set();
      let made: Error | null = null;
      for (const tie of ended) {
        try {
          tie.abort((made ??= reason()));
        } catch {
          // In Cloudflare Workers, a signal belongs to the request that created it.
        }
      }
    },
  };
}
