import { createEnd, followSignals, type EndController } from '../platform/abort.ts';

/** One attempt of a request, and what may end it. */
export interface Outgoing {
  readonly request: Request;
  /** The caller's own signals. */
  readonly signals: readonly AbortSignal[];
  /** The request that a signal was taken from: in Node a signal of a request follows another only while that lives. */
  readonly source: unknown;
  /** Called before an attempt that may be followed by a replay. */
  readonly keep?: () => void;
}

/**
 * Ties requests in flight to the session whose token they carry: when it is cut, they are aborted, half-read
 * bodies included, so that no answer for one user reaches the screen of the next.
 */
export interface Lifeline {
  /**
   * Sends a request under a signal that follows the caller's signals and, unless `sessionId` is `null`, the session,
   * until the body of the answer has been read or dropped.
   */
  carry(
    sessionId: string | null,
    outgoing: Outgoing,
    send: (signal: AbortSignal) => Promise<Response>,
  ): Promise<Response>;
  /** The session that requests are tied to; `null` for none. */
  readonly sessionId: string | null;
  cut(reason: Error): void;
}

interface Line {
  readonly sessionId: string;
  readonly end: EndController;
}

export function createLifeline(): Lifeline {
  let line: Line | null = null;
  const releaseWithBody = createBodyRegistry();

  function lineOf(sessionId: string): Line {
    if (line?.sessionId !== sessionId) line = { sessionId, end: createEnd() };
    return line;
  }

  return {
    async carry(sessionId, outgoing, send) {
      const session = sessionId === null ? [] : [lineOf(sessionId).end.signal];
      const { signal, release } = followSignals([...outgoing.signals, ...session]);
      const tie = { outgoing, release };
      try {
        const response = await send(signal);
        releaseWithBody(response.body, tie);
        return response;
      } catch (error) {
        release();
        throw error;
      }
    },
    get sessionId() {
      return line?.sessionId ?? null;
    },
    cut(reason) {
      const ended = line;
      line = null;
      ended?.end.abort(reason);
    },
  };
}

interface Tie {
  release(): void;
}

/**
 * Keeps a tie until the body is garbage, since a body does not tell when it has been read. React Native's `fetch` has
 * read it all before it answers, and has no `body`.
 */
function createBodyRegistry(): (body: object | null | undefined, tie: Tie) => void {
  let registry: FinalizationRegistry<Tie> | null = null;
  return (body, tie) => {
    if (body === null || body === undefined) tie.release();
    else if ('FinalizationRegistry' in globalThis) {
      registry ??= new FinalizationRegistry((unread) => unread.release());
      // As its own token the body gets an identity, without which Chromium may drop the object while it is being read.
      registry.register(body, tie, body);
    }
  };
}
