import ky, {
  NetworkError,
  TimeoutError,
  type AfterResponseHook,
  type BeforeErrorHook,
  type Hooks,
  type NormalizedOptions,
  type Options,
} from 'ky';
import type { Clock } from '../platform/clock.ts';
import { isErrorOf } from '../errors/errorKind.ts';
import { RequestNotReplayableError } from '../errors/errors.ts';
import { boolean, check } from '../errors/checks.ts';
import { abortWith } from '../platform/abort.ts';
import type { Ticket } from './admission.ts';
import type { Gate, SendRequest } from './gate.ts';
import { isRequest } from '../platform/toRequest.ts';
import { createInputTeller, type InputTeller, type Pause } from './pauses.ts';
import { replayOf } from './sessionFetch.ts';
import { clone, isStream, keepSpare, rewindable, type Rewindable, type Spare } from './spare.ts';

/** What is remembered of one call of ky, through its retries and replays. */
interface Call {
  readonly ticket: Ticket;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number | false;
  /** The caller's own. */
  readonly signal: AbortSignal | null;
  send: SendRequest;
  /** The address of the last answer. */
  url: string | null;
  retry: NormalizedOptions['retry'] | null;
  /** For a replay, where ky keeps no copy. */
  spare: Spare | null;
  readonly isReplayAllowed: boolean;
  readonly stream: Rewindable | null;
  readonly pause: Pause;
}

export interface KyDoor {
  readonly hooks: Required<
    Pick<Hooks, 'init' | 'beforeRequest' | 'beforeRetry' | 'afterResponse' | 'beforeError'>
  >;
  /** Shows the hooks what an instance that has them is called with. */
  readonly watch: InputTeller['watch'];
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
export function createKyDoor(gate: Gate, base: typeof fetch, clock: Clock): KyDoor {
  // ky gives each call a `context` object of its own, the same one in every hook.
  const calls = new WeakMap<object, Call>();
  const teller = createInputTeller();

  function init(options: Options): void {
    const context = (options.context ??= {});
    const { totalTimeout } = options;
    const ticket = gate.ticket(
      context['auth'],
      typeof totalTimeout === 'number' ? { patience: totalTimeout } : {},
    );
    const inner = options.fetch ?? base;
    const timeout = options.timeout ?? defaultTimeout;
    const { input } = teller;
    const signal = options.signal ?? (isRequest(input) ? input.signal : null);
    const pause: Pause = { ticket, end: new AbortController(), isOpen: false };
    if (signal !== null || input !== null) options.signal = endedBy(pause, signal);
    const isReplayAllowed = check('context.replay', context['replay'] ?? true, boolean);
    const stream = isReplayAllowed && isStream(options.body) ? rewindable(options.body) : null;
    if (stream !== null) options.body = stream.open();
    const call: Call = {
      ticket,
      timeout,
      signal,
      send: inner,
      url: null,
      retry: null,
      spare: null,
      isReplayAllowed,
      stream,
      pause,
    };
    calls.set(context, call);
    gate.watch(pause);
    options.fetch = async (input, more) => {
      const request = isRequest(input) ? input : new Request(input);
      call.send = async (attempt, under) => {
        const answer = await inner(attempt, { ...more, ...under });
        call.url = answer.url;
        return answer;
      };
      const keep = () => {
        // Not before: other hooks may have put something on the request, or another in its place.
        const isKept = call.retry !== null && call.retry.limit > 0;
        if (!isKept) call.spare = keepSpare(request, { stream, isAllowed: isReplayAllowed });
      };
      const outgoing = { request, signals: signalsOf(call, request), source: request, keep };
      if (!gate.concerns(ticket, request)) {
        ticket.stamp = null;
        stream?.forget();
        return gate.pass(outgoing, call.send);
      }
      return gate.send(ticket, outgoing, call.send).catch((error: unknown) => {
        stream?.forget();
        pause.isOpen = ticket.stamp !== null;
        throw error;
      });
    };
  }

  async function wait({ request, options }: { request: Request; options: NormalizedOptions }): Promise<void> {
    const call = calls.get(options.context);
    if (call === undefined) return;
    call.retry = options.retry;
    call.pause.isOpen = false;
    // After a timeout the request of before is aborted still: ky makes the next one when it sends it.
    const signal = request.signal.aborted ? call.signal : request.signal;
    if (!gate.concerns(call.ticket, request)) return;
    await gate.admit(call.ticket, signal).catch((error: unknown) => {
      call.stream?.forget();
      throw error;
    });
  }

  async function settleCall(state: Parameters<AfterResponseHook>[0]): ReturnType<typeof settle> {
    const call = calls.get(state.options.context);
    if (call === undefined) return undefined;
    try {
      return await settle(gate, call, state, clock);
    } finally {
      call.stream?.forget();
      call.pause.isOpen = call.ticket.stamp !== null;
    }
  }

  /** Where a pause has been ended no step is left but this one. */
  const tellPauseEnded: BeforeErrorHook = ({ options, error }) => {
    const call = calls.get(options.context);
    if (call?.pause.isOpen === true && call.pause.end.signal.reason === error)
      gate.refused(call.ticket, error);
    return error;
  };

  return {
    hooks: {
      init: [init],
      beforeRequest: [wait],
      beforeRetry: [wait],
      afterResponse: [settleCall],
      beforeError: [tellPauseEnded],
    },
    watch: teller.watch,
  };
}

/** ky's own wait listens to `options.signal` alone. */
function endedBy({ end }: Pause, signal: AbortSignal | null): AbortSignal {
  if (signal === null) return end.signal;
  // Without it ky's wait listens to nothing.
  return 'any' in AbortSignal ? AbortSignal.any([signal, end.signal]) : signal;
}

/**
 * Replays a request as often as the session asks for. Returns the answer that counts, also where that is the copy
 * which ky gives to its hooks: then ky cancels the original. Otherwise ky cancels the copy, and in Node 22 an abort of
 * an unread answer whose copy was cancelled rejects a promise inside of `fetch`, which ends the process. A copy without
 * its address is not returned: where a script has set the address, `clone` forgets it.
 */
async function settle(
  gate: Gate,
  call: Call,
  { request, options, response, retryCount }: Parameters<AfterResponseHook>[0],
  clock: Clock,
): Promise<Awaited<ReturnType<AfterResponseHook>>> {
  let answer = response;
  while ((await gate.judge(call.ticket, answer, request.signal)) === 'replay') {
    try {
      if (answer !== response) void answer.body?.cancel().catch(() => undefined);
      answer = await replay(gate, call, request, clock);
    } catch (error) {
      if (!isFailure(error) || !(await mayRetry(error, request, options, retryCount))) throw error;
      return ky.retry({ cause: error });
    }
  }
  return answer === response && answer.url !== call.url ? undefined : answer;
}

async function replay(gate: Gate, call: Call, kept: Request, clock: Clock): Promise<Response> {
  const expiry = new AbortController();
  const request = replayOf(gate, call.ticket, call.spare ?? (() => cloneUnread(kept, call)));
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
    throw isErrorOf(error, TypeError) ? new NetworkError(request, { cause: error }) : error;
  } finally {
    cancel();
  }
}

/** The caller's own, which in Node a request may lose, and that of the request, which ky aborts at its timeouts. */
function signalsOf({ signal }: Call, request: Request): AbortSignal[] {
  return signal === null ? [request.signal] : [signal, request.signal];
}

/** Of the copy that ky keeps for a retry. */
function cloneUnread(kept: Request, { isReplayAllowed }: Call): Request {
  if (kept.bodyUsed || (kept.body !== null && !isReplayAllowed))
    throw new RequestNotReplayableError(kept.method);
  return clone(kept);
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
