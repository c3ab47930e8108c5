import type { RunningServer } from '../referenceServer/server.ts';
import { createGate } from '../referenceServer/authorities.ts';
import type { InterceptHandler } from '../../src/testing/intercepts.ts';

/** A call that is held. */
export interface Withheld {
  /** Resolves when the call has reached the point where it is held. */
  readonly arrived: Promise<void>;
  /** Releases the call, or its response. */
  release(): void;
}

/** The token endpoint: its calls, and how it responds. */
export interface TokenEndpoint {
  /** The number of calls. */
  readonly calls: number;
  /** The number of calls with a refresh token of an earlier call. */
  readonly repeated: number;
  /** The highest number of calls at the same time. */
  readonly peak: number;
  /** Sets the response to all later calls. */
  behave(handler: InterceptHandler): void;
  /** Delays the response by `delay` milliseconds. */
  slow(delay: number): void;
  /** Holds the next call before the server has used the token, or its response afterwards. */
  withhold(what: 'call' | 'answer'): Withheld;
}

/** Create this again after each `server.reset()`. */
export function watchTokenEndpoint(server: RunningServer): TokenEndpoint {
  const seen = new Set<string>();
  let [calls, repeated, now, peak] = [0, 0, 0, 0];
  let answer: InterceptHandler = (_request, next) => next();

  server.intercept('refresh', async (request, next) => {
    const refreshToken = await refreshTokenOf(request);
    calls += 1;
    if (refreshToken !== '' && seen.has(refreshToken)) repeated += 1;
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

/** The refresh token of a call: in the body, or in a cookie. */
async function refreshTokenOf(request: Request): Promise<string> {
  const cookie = request.headers.get('cookie');
  if (cookie !== null) return cookie;
  // A silent sign-in in a browser without the cookie sends neither.
  const body = await request.clone().text();
  const { refreshToken = '' } = JSON.parse(body || '{}') as { refreshToken?: string };
  return refreshToken;
}
