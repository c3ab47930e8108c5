import type { RunningServer } from '../referenceServer/server.ts';
import { createGate } from '../referenceServer/authorities.ts';
import type { InterceptHandler } from '../../src/testing/intercepts.ts';

/** An answer that is withheld. */
export interface Withheld {
  /** Resolves when the call has come as far as it is let. */
  readonly arrived: Promise<void>;
  /** Lets the call, or its answer, go. */
  release(): void;
}

/** The token endpoint: what it has seen, and how it behaves. */
export interface TokenEndpoint {
  /** How many calls have come. */
  readonly calls: number;
  /** How many calls brought a refresh token that an earlier one had brought. */
  readonly repeated: number;
  /** The most calls that were there at one moment. */
  readonly peak: number;
  /** How the calls that come from now on are answered. */
  behave(handler: InterceptHandler): void;
  /** Answers after `delay` milliseconds. */
  slow(delay: number): void;
  /** Withholds the next call: before the server has spent the token, or its answer afterwards. */
  withhold(what: 'call' | 'answer'): Withheld;
}

/** To be made anew after each `server.reset()`. */
export function watchTokenEndpoint(server: RunningServer): TokenEndpoint {
  const seen = new Set<string>();
  let [calls, repeated, now, peak] = [0, 0, 0, 0];
  let answer: InterceptHandler = (_request, next) => next();

  server.intercept('refresh', async (request, next) => {
    const { refreshToken = '' } = (await request.clone().json()) as { refreshToken?: string };
    calls += 1;
    if (seen.has(refreshToken)) repeated += 1;
    seen.add(refreshToken);
    now += 1;
    peak = Math.max(peak, now);
    try {
      return await answer(request, next);
    } finally {
      now -= 1;
    }
  });

  return {
    get calls() {
      return calls;
    },
    get repeated() {
      return repeated;
    },
    get peak() {
      return peak;
    },
    behave(handler) {
      answer = handler;
    },
    slow(delay) {
      answer = async (_request, next) => {
        await new Promise((resolve) => setTimeout(resolve, delay));
        return next();
      };
    },
    withhold(what) {
      const [arrival, gate] = [createGate(), createGate()];
      answer = async (_request, next) => {
        answer = (_another, serve) => serve();
        const early = what === 'answer' ? await next() : null;
        arrival.open();
        await gate.opened;
        return early ?? next();
      };
      return { arrived: arrival.opened, release: gate.open };
    },
  };
}
