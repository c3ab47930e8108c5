import ky, { NetworkError, TimeoutError, type Hooks, type NormalizedOptions, type Options } from 'ky';
import type { Clock } from '../environment.ts';
import { RequestNotReplayableError } from '../errors.ts';
import { abortWith } from '../abort.ts';
import type { Ticket } from './admission.ts';
import type { Gate, SendRequest } from './gate.ts';
import { isRequest } from './toRequest.ts';
import { clone } from './sessionFetch.ts';

/** What is remembered of one call of ky, through its retries and replays. */
interface Call {
  readonly ticket: Ticket;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number | false;
  /** The caller's own. */
  readonly signal: AbortSignal | null;
  send: SendRequest;
  retry: NormalizedOptions['retry'] | null;
  /** A copy for a replay, where ky keeps none. */
  spare: Request | null;
}

/** ky's own defaults, in milliseconds, for the attempts that ky does not make itself. */
const defaultTimeout = 10_000;

/**
 * The door for ky: hooks that can be merged into any instance.
 *
 * The wait is in `beforeRequest` and `beforeRetry`, outside ky's `timeout` for an attempt. The token is put
 * on as late as can be, around `fetch`: what other hooks do to the request in between cannot send it astray,
 * and no copy that ky keeps for a retry holds an old one. A replay is not a retry: it is sent from
 * `afterResponse`, and neither `retryCount` nor the budget of `retry` knows of it.
 */
export function createKyHooks(
  gate: Gate,
  base: typeof fetch,
  clock: Clock,
): Required<Pick<Hooks, 'init' | 'beforeRequest' | 'beforeRetry' | 'afterResponse'>> {
  // ky gives each call a `context` object of its own, the same one in every hook.
  const calls = new WeakMap<object, Call>();

  function init(options: Options): void {
    const context = (options.context ??= {});
    const { totalTimeout } = options;
    const ticket = gate.ticket(
      context['auth'],
      typeof totalTimeout === 'number' ? { patience: totalTimeout } : {},
    );
    const inner = options.fetch ?? base;
    const timeout = options.timeout ?? defaultTimeout;
    const signal = options.signal ?? null;
    const call: Call = { ticket, timeout, signal, send: inner, retry: null, spare: null };
    calls.set(context, call);
    options.fetch = async (input, more) => {
      const request = isRequest(input) ? input : new Request(input);
      call.send = (attempt, under) => inner(attempt, { ...more, ...under });
      const outgoing = { request, signals: signalsOf(call, request), source: request };
      if (!gate.concerns(ticket, request)) {
        ticket.stamp = null;
        return gate.pass(outgoing, call.send);
      }
      // Not before: other hooks may have put something on the request, or another in its place.
      if (call.retry === null || call.retry.limit === 0) call.spare = clone(request);
      return gate.send(ticket, outgoing, call.send);
    };
  }

  async function wait({ request, options }: { request: Request; options: NormalizedOptions }): Promise<void> {
    const call = calls.get(options.context);
    if (call === undefined) return;
    call.retry = options.retry;
    // After a timeout the request of before is aborted still: ky makes the next one when it sends it.
    const signal = request.signal.aborted ? call.signal : request.signal;
    if (gate.concerns(call.ticket, request)) await gate.admit(call.ticket, signal);
  }

  return {
    init: [init],
    beforeRequest: [wait],
    beforeRetry: [wait],
    afterResponse: [
      async ({ request, options, response, retryCount }) => {
        const call = calls.get(options.context);
        if (call === undefined) return undefined;
        let answer = response;
        let isReplaced = false;
        while ((await gate.judge(call.ticket, answer, request.signal)) === 'replay') {
          try {
            if (isReplaced) void answer.body?.cancel().catch(() => undefined);
            answer = await replay(gate, call, call.spare ?? request, clock);
            isReplaced = true;
          } catch (error) {
            if (!isFailure(error) || !(await mayRetry(error, request, options, retryCount))) throw error;
            return ky.retry({ cause: error });
          }
        }
        return isReplaced ? answer : undefined;
      },
    ],
  };
}

async function replay(gate: Gate, call: Call, kept: Request, clock: Clock): Promise<Response> {
  if (kept.bodyUsed) throw gate.refused(call.ticket, new RequestNotReplayableError(kept.method));
  const expiry = new AbortController();
  const request = clone(kept);
  const { timeout } = call;
  const cancel =
    timeout === false
      ? () => undefined
      : clock.schedule(
          () => {
            abortWith(expiry, new TimeoutError(request));
          },
          timeout,
          true,
        );
  try {
    const signals = [...signalsOf(call, kept), expiry.signal];
    return await gate.send(call.ticket, { request, signals, source: kept }, call.send);
  } catch (error) {
    // `fetch` reports a failed network as a TypeError; ky's users know it as a NetworkError.
    throw error instanceof TypeError ? new NetworkError(request, { cause: error }) : error;
  } finally {
    cancel();
  }
}

/** The caller's own, which in Node a request may lose, and that of the request, which ky aborts at its timeouts. */
function signalsOf({ signal }: Call, request: Request): AbortSignal[] {
  return signal === null ? [request.signal] : [signal, request.signal];
}

function isFailure(error: unknown): error is NetworkError | TimeoutError {
  return error instanceof NetworkError || error instanceof TimeoutError;
}

/** ky's own rules: the limit and the method, then the caller's `shouldRetry`, then the kind of failure. */
async function mayRetry(
  error: NetworkError | TimeoutError,
  { method }: Request,
  { retry }: NormalizedOptions,
  retryCount: number,
): Promise<boolean> {
  if (retryCount >= retry.limit || !retry.methods.includes(method.toLowerCase())) return false;
  const isWanted = await retry.shouldRetry?.({ error, retryCount: retryCount + 1 });
  return isWanted ?? (error instanceof NetworkError || retry.retryOnTimeout);
}
