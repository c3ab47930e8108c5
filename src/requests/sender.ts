import { redact } from '../errors/redact.ts';
import { reasonOf, throwIfAborted, untilAborted } from '../platform/abort.ts';
import { copyRequest } from '../platform/copyRequest.ts';
import { pinned, refusingRedirects } from '../platform/redirects.ts';
import type { SessionActor } from '../session/world.ts';
import type { StoredSession } from '../store/tokenStore.ts';
import { expectOpen, whyClosed } from './closed.ts';
import type { InFlightRequests } from './inFlightRequests.ts';
import { ofRequest, type Outgoing } from './outgoing.ts';
import type { PendingRequest } from './pendingRequest.ts';
import { createUserCache } from './userCache.ts';
import type { SessionWait } from './waitForSession.ts';
import type { RequestParts } from './requestParts.ts';

/** Calls `fetch`. */
export type Send = (input: string | Request, init: RequestInit) => Promise<Response>;

/** Sends requests with the current access token. */
export interface Sender {
  /**
   * Whether the session handles a request. Other requests never wait and never carry its token.
   *
   * @throws {SessionDisposedError | SessionStoppedError} nothing is sent any more
   */
  isOurs(this: void, pending: PendingRequest, outgoing: Outgoing): boolean;
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
  pass(this: void, outgoing: Outgoing, send: Send): Promise<Response>;
  /** Tells listeners that a request fails, and returns the error. */
  fail<Failure>(this: void, pending: PendingRequest, error: Failure): Failure;
}

export function createSender<User, Login>(
  {
    settings,
    credentials,
    disposal,
    observation,
  }: Pick<RequestParts<User, Login>, 'settings' | 'credentials' | 'disposal' | 'observation'>,
  actor: SessionActor,
  { wait }: Pick<SessionWait, 'wait'>,
  inFlight: InFlightRequests,
): Sender {
  const { server, origins } = settings;
  const trusted = Array.from(origins, (origin) => `${origin}/`);
  const cacheFor = createUserCache(() => credentials.identity());

  function fail<Failure>(pending: PendingRequest, error: Failure): Failure {
    observation.observer?.failed(pending, error);
    return error;
  }

  async function track(
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

  function sendAttempt(
    pending: PendingRequest,
    outgoing: Outgoing,
    session: StoredSession<User> | null,
    signal: AbortSignal,
    send: Send,
  ): Promise<Response> {
    const accessToken = session?.accessToken ?? null;
    const isCustom = accessToken === null ? server.cookies !== undefined : server.authorize !== undefined;
    if (isCustom) return sendRequest(pending, outgoing, accessToken, signal, send);
    let { headers } = outgoing;
    if (accessToken !== null) {
      headers = new Headers(headers);
      headers.set('authorization', `Bearer ${accessToken}`);
    }
    return exchange(pending, outgoing, signal, () =>
      send(outgoing.input, { ...outgoing.init, headers, signal, ...cacheFor(outgoing) }),
    );
  }

  /** For a contract with `authorize` or cookies. It gets a copy, since errors contain the caller's request. */
  async function sendRequest(
    pending: PendingRequest,
    outgoing: Outgoing,
    accessToken: string | null,
    signal: AbortSignal,
    send: Send,
  ): Promise<Response> {
    const request = new Request(outgoing.input, { ...outgoing.init, headers: outgoing.headers });
    const attempt = await prepare(request, signal, accessToken).catch((error: unknown) => {
      throw fail(pending, error);
    });
    // The contract's changes to the request take precedence over the caller's `init`.
    const {
      headers: _,
      body: __,
      credentials: ___,
      redirect: ____,
      ...init
    } = ofRequest(attempt, outgoing.init).init;
    const isPinned = attempt.redirect !== request.redirect;
    return exchange(pending, outgoing, signal, () =>
      (isPinned ? refusingRedirects(send) : send)(attempt, { ...init, signal, ...cacheFor(outgoing) }),
    );
  }

  /** If the server keeps the token in a cookie, the platform adds it, with or without a session. */
  async function prepare(
    request: Request,
    signal: AbortSignal,
    accessToken: string | null,
  ): Promise<Request> {
    if (accessToken !== null) return authorize(request, signal, accessToken);
    return server.cookies?.prepare(request, signal) ?? request;
  }

  async function authorize(request: Request, signal: AbortSignal, accessToken: string): Promise<Request> {
    const attempt = copyRequest(request, { signal, ...pinned(request) });
    try {
      await untilAborted(Promise.resolve(server.authorize?.(attempt, accessToken)), signal);
    } catch (error) {
      // `Headers.set` would quote a rejected value, which is a token.
      throw signal.aborted ? reasonOf(signal) : redact(error, 'server.authorize');
    }
    throwIfAborted(signal);
    return attempt;
  }

  async function exchange(
    pending: PendingRequest,
    outgoing: Outgoing,
    signal: AbortSignal,
    send: () => Promise<Response>,
  ): Promise<Response> {
    // Other hooks may have replaced the request.
    pending.address = outgoing;
    pending.attempts += 1;
    const { observer } = observation;
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
    return observer === null ? sendNow() : observer.exchange(pending, signal, sendNow);
  }

  return {
    isOurs(pending, outgoing) {
      const closed = whyClosed(disposal, actor);
      if (closed !== null) throw fail(pending, closed);
      const { auth } = pending;
      const { url, headers } = outgoing;
      if (auth === 'none' || !trusted.some((origin) => url.startsWith(origin))) return false;
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
      return track(session?.sessionId ?? null, outgoing, (under) =>
        sendAttempt(pending, outgoing, session, under, send),
      );
    },
    pass: (outgoing, send) =>
      track(null, outgoing, (signal) => send(outgoing.input, { ...outgoing.init, signal })),
    fail,
  };
}
