import { reasonOf, throwIfAborted } from '../platform/abort.ts';
import { refusingRedirects } from '../platform/redirects.ts';
import { isCustom, withCustomRequest, withToken } from './attempt.ts';
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
  claim(this: void, pending: PendingRequest, outgoing: Outgoing): boolean;
  /** Sends one attempt, after a wait if necessary. */
  send(
    this: void,
    pending: PendingRequest,
    outgoing: Outgoing,
    send: Send,
    /** Called before an attempt that may be followed by a replay. */
    keep?: () => void,
  ): Promise<Response>;
  /** Sends a request that the session does not handle, unchanged. */
  sendUnchanged(this: void, outgoing: Outgoing, send: Send): Promise<Response>;
  /** Tells listeners that a request fails, and returns the error. */
  fail<Failure>(this: void, pending: PendingRequest, error: Failure): Failure;
}

export function createSender(
  parts: RequestParts,
  { wait }: Pick<SessionWait, 'wait'>,
  inFlight: InFlightRequests,
): Sender {
  const { actor, settings, credentials, disposal, observation } = parts;
  const trusted = Array.from(settings.origins, (origin) => `${origin}/`);

  function fail<Failure>(pending: PendingRequest, error: Failure): Failure {
    observation.observer?.failed(pending, error);
    return error;
  }

  const sendAttempt = createAttemptSender(parts, fail);

  return {
    claim(pending, outgoing) {
      const closed = whyClosed(disposal, actor);
      if (closed !== null) throw fail(pending, closed);
      const { url, headers } = outgoing;
      if (pending.auth === 'none' || !trusted.some((origin) => url.startsWith(origin))) return false;
      if (headers.has('authorization')) return false;
      pending.address = outgoing;
      return true;
    },
    async send(pending, outgoing, send, keep) {
      const signal = outgoing.signals.at(-1) ?? null;
      let stamp = await wait(pending, signal);
      while (stamp !== null && !credentials.isCurrent(stamp)) stamp = await wait(pending, signal);
      pending.stamp = stamp;
      const session = stamp === null ? null : credentials.current();
      if (session !== null) keep?.();
      return track(inFlight, session?.sessionId ?? null, outgoing, (under) =>
        sendAttempt(pending, outgoing, session?.accessToken ?? null, under, send),
      );
    },
    sendUnchanged: (outgoing, send) =>
      track(inFlight, null, outgoing, (signal) => send(outgoing.input, { ...outgoing.init, signal })),
    fail,
  };
}

/** Sends one attempt, with the access token if there is one. */
function createAttemptSender(parts: RequestParts, fail: Sender['fail']) {
  const { server } = parts.settings;
  const cacheFor = createUserCache(() => parts.credentials.identity());
  const exchange = createExchange(parts);

  return async (
    pending: PendingRequest,
    outgoing: Outgoing,
    accessToken: string | null,
    signal: AbortSignal,
    send: Send,
  ): Promise<Response> => {
    if (!isCustom(server, accessToken)) {
      const { input, init } = withToken(outgoing, accessToken);
      return exchange(pending, outgoing, signal, () =>
        send(input, { ...init, signal, ...cacheFor(outgoing) }),
      );
    }
    const attempt = await withCustomRequest(server, outgoing, accessToken, signal).catch((error: unknown) => {
      throw fail(pending, error);
    });
    const { input, init, isPinned } = attempt;
    const sendIt = isPinned ? refusingRedirects(send) : send;
    return exchange(pending, outgoing, signal, () =>
      sendIt(input, { ...init, signal, ...cacheFor(outgoing) }),
    );
  };
}

/** Sends an attempt unless the session or the request has ended meanwhile, and lets an observer see it. */
function createExchange({ actor, disposal, observation }: RequestParts) {
  return (
    pending: PendingRequest,
    outgoing: Outgoing,
    signal: AbortSignal,
    send: () => Promise<Response>,
  ): Promise<Response> => {
    // Hooks of the caller may have replaced the request.
    pending.address = outgoing;
    pending.attempts += 1;
    const sendNow = async () => {
      // Some microtasks have passed since the wait ended, and not every `fetch` checks the signal.
      expectOpen(disposal, actor);
      throwIfAborted(signal);
      try {
        return await send();
      } catch (error) {
        // React Native's `fetch` always rejects with its own `AbortError`, whatever the reason.
        throw signal.aborted ? reasonOf(signal) : error;
      }
    };
    const { observer } = observation;
    return observer === null ? sendNow() : observer.exchange(pending, signal, sendNow);
  };
}

async function track(
  inFlight: InFlightRequests,
  sessionId: string | null,
  { input, signals }: Outgoing,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const attempt = inFlight.add(sessionId, signals, input);
  try {
    const response = await send(attempt.signal);
    attempt.answered(response.body);
    return response;
  } catch (error) {
    attempt.failed();
    throw error;
  }
}
