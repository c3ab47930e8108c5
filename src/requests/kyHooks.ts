import ky, {
  NetworkError,
  TimeoutError,
  type AfterResponseHook,
  type BeforeRequestHook,
  type BeforeRetryHook,
  type NormalizedOptions,
  type Options,
} from 'ky';
import type { Clock } from '../platform/clock.ts';
import type { Session } from '../session/session.ts';
import type { Settings } from '../session/settings.ts';
import { isErrorOf } from '../errors/errorKind.ts';
import { RequestNotReplayableError } from '../errors/errors.ts';
import { abortWith } from '../platform/abort.ts';
import { isRequest } from '../platform/toRequest.ts';
import { ofRequest, type Outgoing } from './outgoing.ts';
import type { PendingRequest } from './pendingRequest.ts';
import type { RequestLayer } from './requestLayer.ts';
import { createKyCalls, createPauseEnder, type RetryPause } from './retryPauses.ts';
import type { Send } from './sender.ts';
import { replayOf } from './sessionFetch.ts';
import { clone, keepSpare, readKeeping, type Keeping, type Spare } from './spare.ts';

/** The state of one ky call, through its retries and replays. */
interface Call {
  readonly pending: PendingRequest;
  /** It must not refer to the call: it is kept until ky's `context` is collected, to which the call refers. */
  readonly pause: RetryPause;
  /** The time limit for one attempt, in milliseconds. */
  readonly timeout: number | false;
  /** The caller's signal. */
  readonly signal: AbortSignal | null;
  readonly keeping: Keeping;
  send: Send;
  /** Whether ky keeps the request for a retry. */
  isKept: boolean;
  /** The copy for a replay, if ky keeps none. */
  spare: Spare | null;
}

/** ky's own defaults, in milliseconds, for the attempts that ky does not make itself. */
const defaultTimeout = 10_000;

type KyClient = Pick<Session, 'api' | 'hooks'>;

/**
 * Copies the caller's options for ky at once, since they may change. Creates the rest on first use: some programs send
 * requests only with `session.fetch`.
 */
export function createKyClient(
  layer: RequestLayer,
  base: typeof fetch,
  { baseUrl, environment, ky: kyOptions }: Pick<Settings<unknown, unknown>, 'baseUrl' | 'environment' | 'ky'>,
): () => KyClient {
  const instance = ky.create(kyOptions);
  let client: KyClient | null = null;
  return () => {
    if (client === null) {
      const { hooks, watch } = createHooks(layer, base, environment.clock);
      client = { hooks, api: watch(instance.extend({ baseUrl, hooks })) };
    }
    return client;
  };
}

/**
 * Creates the hooks for ky, which can be merged into any instance.
 *
 * Requests wait in `beforeRequest` and `beforeRetry`, which ky's `timeout` for an attempt does not count. The token is added
 * as late as possible, around `fetch`: other hooks cannot send it to another origin, and ky's copies for retries contain no
 * old token. A replay is not a retry: it is sent from `afterResponse`, and does not count towards `retryCount` or `retry`.
 */
function createHooks(layer: RequestLayer, base: typeof fetch, clock: Clock) {
  // ky gives each call its own `context` object, the same one in every hook.
  const calls = new WeakMap<object, Call>();
  const kyCalls = createKyCalls(layer.pauses);
  const endPause = createPauseEnder(layer.pauses);

  function init(options: Options): void {
    const context = (options.context ??= {});
    const { current } = kyCalls;
    const signal = options.signal ?? (isRequest(current?.input) ? current.input.signal : null);
    const call = begin(layer, options, options.fetch ?? base, signal);
    calls.set(context, call);
    if (current !== null) current.pause = call.pause;
    else if (signal !== null) options.signal = endPause(call.pause, signal, context);
    const { stream } = call.keeping;
    if (stream !== null) options.body = stream.open();
    const inner = call.send;
    options.fetch = async (input, more) => {
      call.send = (sent, init) => inner(sent, { ...more, ...init });
      const response = await send(layer, call, isRequest(input) ? input : new Request(input));
      lend(response, options.hooks?.afterResponse?.indexOf(replayIfRefused) ?? -1);
      return response;
    };
  }

  const wait: BeforeRequestHook & BeforeRetryHook = ({ request, options }) => {
    const call = calls.get(options.context);
    return call === undefined ? undefined : waitFor(layer, call, request, options.retry);
  };

  const replayIfRefused: AfterResponseHook = (state) => {
    const call = calls.get(state.options.context);
    if (call === undefined) return undefined;
    const isRefused = layer.judge(call.pending, state.response, state.request.signal);
    if (isRefused !== false) return settle(layer, call, state, isRefused, clock);
    finish(call, state.response);
    return undefined;
  };

  const hooks = {
    init: [init],
    beforeRequest: [wait],
    beforeRetry: [wait],
    afterResponse: [replayIfRefused],
  };
  return { hooks, watch: kyCalls.watch };
}

function begin(
  layer: RequestLayer,
  { totalTimeout, timeout = defaultTimeout, body, context = {} }: Options,
  inner: Send,
  signal: AbortSignal | null,
): Call {
  const limits = typeof totalTimeout === 'number' ? { timeout: totalTimeout } : {};
  const pending = layer.begin(context['auth'], limits);
  const keeping = readKeeping(body, context['replay']);
  const pause: RetryPause = { pending, isOpen: false, error: null, end: () => undefined };
  return { pending, pause, timeout, signal, keeping, send: inner, isKept: false, spare: null };
}

async function waitFor(
  layer: RequestLayer,
  call: Call,
  request: Request,
  retry: NormalizedOptions['retry'],
): Promise<void> {
  const { pending, keeping } = call;
  // The caller has already received the error.
  if (call.pause.error !== null) throw call.pause.error;
  call.isKept = retry.limit > 0;
  call.pause.isOpen = false;
  // After a timeout, the previous request is still aborted: ky creates the next one when it sends it.
  const signal = request.signal.aborted ? call.signal : request.signal;
  if (!layer.claim(pending, request)) return;
  try {
    await layer.wait(pending, signal);
  } catch (error) {
    keeping.stream?.forget();
    throw error;
  }
}

async function send(layer: RequestLayer, call: Call, request: Request): Promise<Response> {
  const { pending, keeping } = call;
  const outgoing = outgoingOf(call, request);
  if (!layer.claim(pending, outgoing)) {
    pending.stamp = null;
    keeping.stream?.forget();
    return layer.sendUnchanged(outgoing, call.send);
  }
  const keep = () => {
    // Keep the copy now and not earlier, since other hooks may have changed or replaced the request.
    if (!call.isKept) call.spare = keepSpare(outgoing, keeping);
  };
  try {
    return await layer.send(pending, outgoing, call.send, keep);
  } catch (error) {
    finish(call);
    throw error;
  }
}

/** Ends an attempt. ky does not repeat one that has succeeded. */
function finish({ keeping, pause, pending }: Call, answer?: Response): void {
  keeping.stream?.forget();
  pause.isOpen = pending.stamp !== null && answer?.ok !== true;
}

/**
 * Gives ky's hook the response itself instead of a copy, since a copy costs more than everything else that the session does
 * in a call. Hooks that run `before` still get a copy.
 */
function lend(response: Response, before: number): void {
  // A response that a script created may have its own `clone`.
  if (before < 0 || Object.hasOwn(response, 'clone')) return;
  let left = before;
  const clone = (): Response => {
    if (left > 0) {
      left -= 1;
      return Response.prototype.clone.call(response);
    }
    Reflect.deleteProperty(response, 'clone');
    return response;
  };
  Object.defineProperty(response, 'clone', { value: clone, configurable: true });
}

/** Replays a request while its verdict requires it. Returns the final response, unless it is the first one. */
async function settle(
  layer: RequestLayer,
  call: Call,
  { request, options, response, retryCount }: Parameters<AfterResponseHook>[0],
  isRefused: Promise<boolean>,
  clock: Clock,
): Promise<Awaited<ReturnType<AfterResponseHook>>> {
  let answer = response;
  try {
    let mustReplay = await isRefused;
    while (mustReplay) {
      if (answer !== response) void answer.body?.cancel().catch(() => undefined);
      answer = await replay(layer, call, request, clock);
      mustReplay = await layer.judge(call.pending, answer, request.signal);
    }
    return answer === response ? undefined : answer;
  } catch (error) {
    if (!isFailure(error) || !(await mayRetry(error, request, options, retryCount))) throw error;
    return ky.retry({ cause: error });
  } finally {
    finish(call, answer);
  }
}

async function replay(layer: RequestLayer, call: Call, kept: Request, clock: Clock): Promise<Response> {
  const { pending, timeout, spare } = call;
  const expiry = new AbortController();
  const again = replayOf(layer, pending, spare ?? (() => outgoingOf(call, cloneUnread(kept, call))));
  const request = isRequest(again.input) ? again.input : kept;
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
    const signals = [expiry.signal, ...again.signals];
    return await layer.send(pending, { ...again, signals }, call.send);
  } catch (error) {
    // `fetch` reports a network failure as a TypeError, ky as a NetworkError.
    throw isErrorOf(error, TypeError) ? new NetworkError(request, { cause: error }) : error;
  } finally {
    cancel();
  }
}

/** Passes two signals: the caller's, which a request may lose in Node, and the request's, which ky aborts on a timeout. */
function outgoingOf({ signal }: Call, request: Request): Outgoing {
  const outgoing = ofRequest(request);
  return signal === null ? outgoing : { ...outgoing, signals: [signal, ...outgoing.signals] };
}

/** A copy of the request that ky keeps for a retry. */
function cloneUnread(kept: Request, { keeping }: Call): Request {
  if (kept.bodyUsed || (kept.body !== null && !keeping.isAllowed))
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
