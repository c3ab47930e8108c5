import { abortWith } from '../abort.ts';

/**
 * Ties requests in flight to the session whose token they carry: when it is cut, they are aborted, half-read
 * bodies included, so that no answer for one user reaches the screen of the next.
 */
export interface Lifeline {
  /** The signal of this session, from its first request on. */
  signalOf(sessionId: string): AbortSignal;
  /** The session that requests are tied to; `null` for none. */
  readonly sessionId: string | null;
  cut(reason: Error): void;
}

export function createLifeline(): Lifeline {
  let line: { readonly sessionId: string; readonly controller: AbortController } | null = null;
  return {
    signalOf(sessionId) {
      if (line?.sessionId !== sessionId) line = { sessionId, controller: new AbortController() };
      return line.controller.signal;
    },
    get sessionId() {
      return line?.sessionId ?? null;
    },
    cut(reason) {
      const ended = line;
      line = null;
      if (ended !== null) abortWith(ended.controller, reason);
    },
  };
}
