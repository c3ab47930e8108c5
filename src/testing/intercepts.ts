import { received } from './options.ts';

export const requestKinds = ['login', 'refresh', 'logout', 'api'] as const;

/** The kind of a request: one of the dialect's endpoints, or the API. */
export type RequestKind = (typeof requestKinds)[number];

/**
 * Handles a request before the server does. `next()` lets the server handle it, and resolves to the server's response.
 * To cut the connection, return `Response.error()` or throw.
 */
export type InterceptHandler = (
  request: Request,
  next: () => Promise<Response>,
) => Response | Promise<Response>;

export interface InterceptOptions {
  /**
   * How many requests to intercept before the handler is removed: an integer of at least 1.
   *
   * @default Infinity
   */
  readonly times?: number;
}

interface Intercept {
  readonly kind: RequestKind;
  readonly handler: InterceptHandler;
  remaining: number;
}

function checkIntercept(kind: RequestKind, handler: InterceptHandler, times: number): void {
  if (!requestKinds.includes(kind)) {
    throw new TypeError(`Expected \`kind\` to be one of ${requestKinds.join(', ')}, got ${received(kind)}`);
  }
  if (typeof handler !== 'function') {
    throw new TypeError(`Expected \`handler\` to be a function, got ${received(handler)}`);
  }
  if (typeof times !== 'number') {
    throw new TypeError(`Expected \`times\` to be a number, got ${received(times)}`);
  }
  if (times !== Infinity && (!Number.isInteger(times) || times < 1)) {
    throw new RangeError(`Expected \`times\` to be a whole number of at least 1, got ${times}`);
  }
}

/** The intercepts of one server. The last one added runs first. */
export function createIntercepts() {
  const intercepts = new Set<Intercept>();

  return {
    add(
      this: void,
      kind: RequestKind,
      handler: InterceptHandler,
      { times = Infinity }: InterceptOptions = {},
    ): () => void {
      checkIntercept(kind, handler, times);
      const intercept: Intercept = { kind, handler, remaining: times };
      intercepts.add(intercept);
      return () => {
        intercepts.delete(intercept);
      };
    },

    /** Wraps `serve` in the intercepts of this kind, and counts this use of each. */
    wrap(kind: RequestKind, serve: (request: Request) => Promise<Response>) {
      let next = serve;
      for (const intercept of intercepts) {
        if (intercept.kind !== kind) continue;
        intercept.remaining -= 1;
        if (intercept.remaining === 0) intercepts.delete(intercept);
        const inner = next;
        // The handler may read the body, so it gets a copy.
        next = async (request) => intercept.handler(request.clone(), () => inner(request));
      }
      return next;
    },

    clear: () => intercepts.clear(),
  };
}
