import type { Clock } from '../platform/clock.ts';
import { SessionError } from '../errors/errors.ts';
import { nameOf } from '../errors/redact.ts';
import { notify } from '../platform/report.ts';
import { untilAborted } from '../platform/abort.ts';

/** What a request is for: the API, or one of the contract's own calls. */
export type RequestPurpose = 'api' | 'login' | 'refresh' | 'logout';

/** One request of the session, without what it carries. */
export interface RequestCall {
  /** The same through waits and replays. */
  readonly id: number;
  readonly purpose: RequestPurpose;
  readonly method: string;
  /** Origin and path: a query may hold a secret, and so may the parameters of a path (`;jsessionid=…`). */
  readonly url: string;
  /** 1 when it is sent first, one more with each replay or retry; 0 before. */
  readonly attempt: number;
}

/**
 * What happened to a request: `request.held` (it waits), `request.sent`, `request.answered`, `request.failed`
 * (refused by the session, aborted, or without an answer).
 */
export interface RequestStep extends RequestCall {
  readonly type: 'request.held' | 'request.sent' | 'request.answered' | 'request.failed';
  /** Milliseconds since the epoch, by the session's clock. */
  readonly at: number;
  /** The status of an answer. */
  readonly status: number | null;
  /** The code of the session's error, or the name of another one: `ERR_SESSION_EXPIRED`, `AbortError`. */
  readonly code: string | null;
}

/** Answers in place of the server; with nothing, the request goes on. */
export type RequestInterceptor = (call: RequestCall) => Response | undefined | Promise<Response | undefined>;

/** The requests of a session, for those who look: devtools, logs, tests. Nothing is kept while nobody does. */
export interface Requests {
  /**
   * Calls the listener at each step of each request that carries the session's token or could, and of the
   * contract's own calls.
   *
   * @returns stops it
   *
   * @example
   * ```ts
   * const stop = session.requests.subscribe(({ type, method, url, status }) => {
   *   console.log(type, method, url, status); // request.answered GET https://api.example.com/orders 200
   * });
   * ```
   */
  subscribe(this: void, listener: (step: RequestStep) => void): () => void;
  /**
   * Stands before the server, for development and tests. `Response.error()`, or a throw, cuts the
   * connection. Of several the one added last is asked first. One `Response` may answer many requests.
   *
   * @returns takes it away
   *
   * @example
   * ```ts
   * const undo = session.requests.intercept(({ purpose }) =>
   *   purpose === 'refresh' ? new Response(null, { status: 503 }) : undefined,
   * );
   * ```
   */
  intercept(this: void, interceptor: RequestInterceptor): () => void;
}

/** The side of the requests themselves. */
export interface Traffic extends Requests {
  /** Gives a request its name, though it may have been sent before; `null` while nobody looks. */
  open(purpose: RequestPurpose, request: RequestAddress, attempt?: number): OpenCall | null;
  held(call: OpenCall | null): void;
  failed(call: OpenCall | null, error: unknown): void;
  /** Sends one attempt, or lets an interceptor answer it. */
  exchange(
    call: OpenCall | null,
    request: RequestAddress,
    signal: AbortSignal,
    send: () => Promise<Response>,
  ): Promise<Response>;
}

/** Where a request goes. */
export type RequestAddress = Pick<Request, 'method' | 'url'>;

interface OpenCall extends RequestCall {
  attempt: number;
}

export function createTraffic(clock: Clock): Traffic {
  const listeners = new Set<{ readonly tell: (step: RequestStep) => void }>();
  const interceptors = new Set<{ readonly answer: RequestInterceptor }>();
  /** The one that is being told, and those that a listener has caused meanwhile: all hear of them in one order. */
  const untold: RequestStep[] = [];
  let count = 0;

  function tell(
    call: RequestCall,
    type: RequestStep['type'],
    { status = null, code = null }: { status?: number | null; code?: string | null } = {},
  ): void {
    if (listeners.size === 0) return;
    untold.push(Object.freeze({ ...call, type, at: clock.now(), status, code }));
    if (untold.length > 1) return;
    for (const step of untold) {
      for (const listener of [...listeners]) if (listeners.has(listener)) notify(listener.tell, step);
    }
    untold.length = 0;
  }

  async function intercept(call: RequestCall): Promise<Response | undefined> {
    for (const interceptor of [...interceptors].reverse()) {
      if (!interceptors.has(interceptor)) continue;
      const response = await interceptor.answer({ ...call });
      if (response !== undefined) return response.clone();
    }
    return undefined;
  }

  function failed(call: RequestCall | null, error: unknown): void {
    if (call === null) return;
    tell(call, 'request.failed', { code: error instanceof SessionError ? error.code : nameOf(error) });
  }

  return {
    subscribe: (listener) => add(listeners, { tell: listener }),
    intercept: (interceptor) => add(interceptors, { answer: interceptor }),
    open(purpose, request, attempt = 0) {
      if (listeners.size === 0 && interceptors.size === 0) return null;
      return { id: (count += 1), purpose, ...addressOf(request), attempt };
    },
    held(call) {
      if (call !== null) tell(call, 'request.held');
    },
    failed,
    async exchange(call, request, signal, send) {
      if (call === null) return send();
      // The hooks of others may have put another request in its place.
      Object.assign(call, addressOf(request));
      call.attempt += 1;
      const attempt = { ...call };
      tell(attempt, 'request.sent');
      try {
        const forged =
          interceptors.size === 0 ? undefined : await untilAborted(orCut(intercept(attempt)), signal);
        const response = forged ?? (await send());
        tell(attempt, 'request.answered', { status: response.status });
        return response;
      } catch (error) {
        failed(attempt, error);
        throw error;
      }
    },
  };
}

function addressOf({ method, url }: RequestAddress): Pick<RequestCall, 'method' | 'url'> {
  const { origin, pathname } = new URL(url);
  // RFC 3986, section 3.3: what follows a semicolon belongs to its segment alone.
  return { method, url: origin + pathname.replace(/;[^/]*/g, '') };
}

function add<Entry>(entries: Set<Entry>, entry: Entry): () => void {
  entries.add(entry);
  return () => {
    entries.delete(entry);
  };
}

/** What an interceptor throws stands for a network that failed, which `fetch` reports as a `TypeError`. */
async function orCut(answer: Promise<Response | undefined>): Promise<Response | undefined> {
  const response = await answer.catch((cause: unknown) => {
    throw new TypeError('fetch failed', { cause });
  });
  if (response?.type === 'error') throw new TypeError('fetch failed');
  return response;
}
