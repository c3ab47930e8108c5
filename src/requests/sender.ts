import { reasonOf, throwIfAborted } from '../platform/abort.ts';
import { refusingRedirects } from '../platform/redirects.ts';
import { isThenable } from '../platform/thenable.ts';
import { withHeaders } from '../server/headers.ts';
import { isCustom, withCustomRequest, withToken, type Tokens } from './attempt.ts';
import { expectOpen, whyClosed, type RequestParts } from './sessionState.ts';
import type { InFlightRequests } from './inFlightRequests.ts';
import type { Outgoing } from './outgoing.ts';
import type { PendingRequest } from './pendingRequest.ts';
import { createUserCache } from './userCache.ts';
import type { SessionWait } from './waitForSession.ts';

/** Calls `fetch`. */
export type Send = (input: string | Request, init: RequestInit) => Promise<Response>;

/** Sends requests with the current access token. */
export interface Sender {
  /**
   * Takes a request on, and notes its address. Other requests never wait and never carry the session's token.
   *
   * @returns whether the session handles it
   * @throws {SessionDisposedError | SessionStoppedError} nothing is sent any more
   */
  claim(this: void, pending: PendingRequest, request: Pick<Outgoing, 'headers' | 'method' | 'url'>): boolean;
  /** Sends one attempt, after a wait if necessary. */
  send(
    this: void,
    pending: PendingRequest,
    outgoing: Outgoing,
    send: Send,
    /** Called before an attempt that may be followed by a replay. */
    keep?: () => void,
  ): Promise<Response>;
  /** Sends a request that the session does not handle: unchanged, except for the contract's headers. */
  sendUnchanged(this: void, outgoing: Outgoing, send: Send): Promise<Response>;
  /** Tells listeners that a request fails, and returns the error. */
  fail<Failure>(this: void, pending: PendingRequest, error: Failure): Failure;
}

export function createSender(
  parts: RequestParts,
  { wait }: Pick<SessionWait, 'wait'>,
  inFlight: InFlightRequests,
): Sender {
  const { actor, credentials, disposal, observation } = parts;
  const { origins, server } = parts.settings;
  const trusted = Array.from(origins, (origin) => `${origin}/`);
  const isTrusted = (url: string) => trusted.some((origin) => url.startsWith(origin));

  function fail<Failure>(pending: PendingRequest, error: Failure): Failure {
    observation.observer?.failed(pending, error);
    return error;
  }

  /** The headers of a request together with those of the contract, if there are any for this origin. */
  const headersFor = ({ url, headers }: Outgoing): { headers?: Headers } =>
    server.headers === undefined || !isTrusted(url) ? {} : { headers: withHeaders(server, headers) };

  const sendAttempt = createAttempts(parts, { headersFor, fail });

  return {
    claim(pending, request) {
      const closed = whyClosed(disposal, actor);
      if (closed !== null) throw fail(pending, closed);
      const { url, headers } = request;
      if (pending.auth === 'none' || !isTrusted(url)) return false;
      if (headers.has('authorization')) return false;
      pending.address = request;
      return true;
    },
    async send(pending, outgoing, send, keep) {
      const ends = outgoing.signals.at(-1) ?? null;
      do {
        const found = wait(pending, ends);
        pending.stamp = isThenable(found) ? await found : found;
      } while (pending.stamp !== null && !credentials.isCurrent(pending.stamp));
      const session = pending.stamp === null ? null : credentials.current();
      pending.round = null;
      if (session !== null) keep?.();
      return track(inFlight, session === null ? null : credentials.epoch(), outgoing, (signal) =>
        sendAttempt({ pending, outgoing, signal, send }, session),
      );
    },
    sendUnchanged: (outgoing, send) =>
      track(inFlight, null, outgoing, (signal) =>
        send(outgoing.input, { ...outgoing.init, ...headersFor(outgoing), signal }),
      ),
    fail,
  };
}

interface Attempt {
  readonly pending: PendingRequest;
  readonly outgoing: Outgoing;
  readonly signal: AbortSignal;
  readonly send: Send;
}

/** Creates the function that sends one attempt, with the access token if there is one. */
function createAttempts(
  parts: RequestParts,
  {
    headersFor,
    fail,
  }: Pick<Sender, 'fail'> & { headersFor(this: void, outgoing: Outgoing): { headers?: Headers } },
) {
  const { server } = parts.settings;
  const cacheFor = createUserCache(() => parts.credentials.identity());
  return (attempt: Attempt, tokens: Tokens | null): Promise<Response> => {
    const accessToken = tokens?.accessToken ?? null;
    const { signal, send } = attempt;
    const outgoing = { ...attempt.outgoing, ...headersFor(attempt.outgoing) };
    const sendIt = (input: string | Request, init: RequestInit, by: Send): Promise<Response> =>
      exchange(parts, attempt, () => by(input, { ...init, signal, ...cacheFor(outgoing) }));
    if (!isCustom(server, accessToken)) {
      const { input, init } = withToken(outgoing, accessToken);
      return sendIt(input, init, send);
    }
    return withCustomRequest(server, outgoing, tokens, signal).then(
      ({ input, init, isPinned }) => sendIt(input, init, isPinned ? refusingRedirects(send) : send),
      (error: unknown) => {
        throw fail(attempt.pending, error);
      },
    );
  };
}

/** Sends an attempt unless the session or the request has ended meanwhile, and lets an observer see it. */
function exchange(
  { actor, disposal, observation: { observer } }: RequestParts,
  { pending, outgoing, signal }: Attempt,
  send: () => Promise<Response>,
): Promise<Response> {
  // Hooks of the caller may have replaced the request.
  pending.address = outgoing;
  pending.attempts += 1;
  const sendNow = () => {
    // Some microtasks have passed since the wait ended, and not every `fetch` checks the signal.
    expectOpen(disposal, actor);
    throwIfAborted(signal);
    return send();
  };
  if (observer === null) return sendNow();
  return observer.exchange(pending, signal, async () => {
    try {
      return await sendNow();
    } catch (error) {
      throw reasonIfAborted(signal, error);
    }
  });
}

/** React Native's `fetch` always rejects with its own `AbortError`, whatever the reason. */
function reasonIfAborted(signal: AbortSignal, error: unknown): unknown {
  return signal.aborted ? reasonOf(signal) : error;
}

async function track(
  inFlight: InFlightRequests,
  epoch: number | null,
  { input, signals }: Outgoing,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const attempt = inFlight.add(epoch, signals, input);
  try {
    const response = await send(attempt.signal);
    attempt.answered(response.body);
    return response;
  } catch (error) {
    attempt.failed();
    throw reasonIfAborted(attempt.signal, error);
  }
}
