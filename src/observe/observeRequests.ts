import { SessionError } from '../errors/errors.ts';
import { nameOf } from '../errors/redact.ts';
import { untilAborted } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { notify } from '../platform/report.ts';
import {
  observerSlot,
  type ObservedRequest,
  type ObserverSlot,
  type RequestObserver,
  type RequestPurpose,
} from '../server/requestObserver.ts';

/** A request of the session, without its headers and body. */
export interface RequestCall {
  /** The id, which stays the same through waits and replays. */
  readonly id: number;
  readonly purpose: RequestPurpose;
  readonly method: string;
  /** The origin and path, without the query and the parameters of the path (`;jsessionid=…`), which may be secret. */
  readonly url: string;
  /** The number of attempts: 0 before it is sent, 1 for the first attempt, one more for each replay or retry. */
  readonly attempt: number;
}

/**
 * A step of a request: `request.held` (it waits), `request.sent`, `request.answered`, or `request.failed` (refused by the
 * session, aborted, or without a response).
 */
export interface RequestStep extends RequestCall {
  readonly type: 'request.held' | 'request.sent' | 'request.answered' | 'request.failed';
  /** Milliseconds since the epoch, by the session's clock. */
  readonly at: number;
  /** The status of the response. */
  readonly status: number | null;
  /** The code of an error of the session, or the name of another error: `ERR_SESSION_EXPIRED`, `AbortError`. */
  readonly code: string | null;
}

/** Returns a response in place of the server's, or `undefined` to send the request. */
export type RequestInterceptor = (call: RequestCall) => Response | undefined | Promise<Response | undefined>;

/** The requests of a session, for devtools, logs and tests. */
export interface RequestEvents {
  /**
   * Returns the last 250 steps, oldest first: the same array until there is another step. The first call starts to record,
   * and returns an empty array. The recording lasts as long as the session.
   *
   * @example
   * ```ts
   * import { observeRequests } from 'sessionchart/observe';
   *
   * // Where the session is created, so that devtools that are loaded later show its first requests too:
   * observeRequests(session).steps();
   * ```
   */
  steps(this: void): readonly RequestStep[];
  /**
   * Calls the listener at each step of the contract's own calls, and of each request that may carry the session's token.
   *
   * @returns an unsubscribe function
   *
   * @example
   * ```ts
   * import { observeRequests } from 'sessionchart/observe';
   *
   * const stop = observeRequests(session).subscribe(({ type, method, url, status }) => {
   *   console.log(type, method, url, status); // request.answered GET https://api.example.com/orders 200
   * });
   * ```
   */
  subscribe(this: void, listener: (step: RequestStep) => void): () => void;
  /**
   * Adds an interceptor that can respond in place of the server, for development and tests. To cut the connection, return
   * `Response.error()` or throw. The last interceptor added is called first. It may return the same `Response` many times.
   *
   * @returns a function that removes the interceptor
   *
   * @example
   * ```ts
   * import { observeRequests } from 'sessionchart/observe';
   *
   * const undo = observeRequests(session).intercept(({ purpose }) =>
   *   purpose === 'refresh' ? new Response(null, { status: 503 }) : undefined,
   * );
   * ```
   */
  intercept(this: void, interceptor: RequestInterceptor): () => void;
}

/** The part of a session that `observeRequests` uses. */
export interface ObservableSession {
  readonly clock: Clock;
  readonly [observerSlot]: ObserverSlot;
}

const known = /* @__PURE__ */ new WeakMap<ObserverSlot, RequestEvents>();

/**
 * Reports the steps of a session's requests, and lets interceptors respond to them. Without a listener, an
 * interceptor or a call of `steps()`, the session records nothing. Returns the same object for the same session.
 *
 * @example
 * ```ts
 * import { observeRequests } from 'sessionchart/observe';
 *
 * const { subscribe } = observeRequests(session);
 * const unsubscribe = subscribe((step) => console.log(step));
 * ```
 */
export function observeRequests(session: ObservableSession): RequestEvents {
  const slot = session[observerSlot];
  const events = known.get(slot);
  if (events !== undefined) return events;
  const { subscribe, intercept, ...observer } = createRequestObserver(session.clock);
  const attached = { steps: createRecording(subscribe), subscribe, intercept };
  slot.observer = observer;
  known.set(slot, attached);
  return attached;
}

/** The number of steps to keep: about fifty requests that are held, refused and replayed. */
const mostSteps = 250;

function createRecording(subscribe: RequestEvents['subscribe']): RequestEvents['steps'] {
  let steps: readonly RequestStep[] = [];
  let isRecording = false;
  return () => {
    if (!isRecording) subscribe((step) => void (steps = [...steps, step].slice(-mostSteps)));
    isRecording = true;
    return steps;
  };
}

function createRequestObserver(clock: Clock): Omit<RequestEvents, 'steps'> & RequestObserver {
  const { tell, ...steps } = createSteps(clock);
  const interceptors = new Set<{ readonly answer: RequestInterceptor }>();
  const ids = new WeakMap<ObservedRequest, number>();
  let count = 0;

  function callOf(request: ObservedRequest): RequestCall | null {
    const { purpose, attempts, address } = request;
    if (address === null || (steps.isIdle() && interceptors.size === 0)) return null;
    const id = ids.get(request) ?? (count += 1);
    ids.set(request, id);
    const { origin, pathname } = new URL(address.url);
    // RFC 3986, section 3.3: parameters of a path segment follow a semicolon.
    const url = origin + pathname.replace(/;[^/]*/g, '');
    return { id, purpose, method: address.method, url, attempt: attempts };
  }

  function tellFailure(call: RequestCall | null, error: unknown): void {
    tell(call, 'request.failed', { code: error instanceof SessionError ? error.code : nameOf(error) });
  }

  return {
    subscribe: steps.subscribe,
    intercept: (interceptor) => add(interceptors, { answer: interceptor }),
    held: (request) => tell(callOf(request), 'request.held'),
    failed: (request, error) => tellFailure(callOf(request), error),
    async exchange(request, signal, send) {
      const call = callOf(request);
      if (call === null) return send();
      tell(call, 'request.sent');
      try {
        const forged =
          interceptors.size === 0
            ? undefined
            : await untilAborted(orCut(answerBy(interceptors, call)), signal);
        const response = forged ?? (await send());
        tell(call, 'request.answered', { status: response.status });
        return response;
      } catch (error) {
        tellFailure(call, error);
        throw error;
      }
    },
  };
}

/** Tells listeners about steps, to all of them in the same order. */
function createSteps(clock: Clock) {
  const listeners = new Set<{ readonly tell: (step: RequestStep) => void }>();
  /** The current step, and the steps that listeners have caused during it, so that all listeners get the same order. */
  const queue: RequestStep[] = [];
  return {
    isIdle: () => listeners.size === 0,
    subscribe: (listener: (step: RequestStep) => void) => add(listeners, { tell: listener }),
    tell(
      this: void,
      call: RequestCall | null,
      type: RequestStep['type'],
      { status = null, code = null }: Partial<Pick<RequestStep, 'status' | 'code'>> = {},
    ): void {
      if (call === null || listeners.size === 0) return;
      queue.push(Object.freeze({ ...call, type, at: clock.now(), status, code }));
      if (queue.length > 1) return;
      for (const step of queue) {
        for (const listener of [...listeners]) if (listeners.has(listener)) notify(listener.tell, step);
      }
      queue.length = 0;
    },
  };
}

async function answerBy(
  interceptors: ReadonlySet<{ readonly answer: RequestInterceptor }>,
  call: RequestCall,
): Promise<Response | undefined> {
  for (const interceptor of [...interceptors].reverse()) {
    if (!interceptors.has(interceptor)) continue;
    const response = await interceptor.answer({ ...call });
    if (response !== undefined) return response.clone();
  }
  return undefined;
}

function add<Entry>(entries: Set<Entry>, entry: Entry): () => void {
  entries.add(entry);
  return () => {
    entries.delete(entry);
  };
}

/** An error that an interceptor throws simulates a network failure, which `fetch` reports as a `TypeError`. */
async function orCut(answer: Promise<Response | undefined>): Promise<Response | undefined> {
  const response = await answer.catch((cause: unknown) => {
    throw new TypeError('fetch failed', { cause });
  });
  if (response?.type === 'error') throw new TypeError('fetch failed');
  return response;
}
