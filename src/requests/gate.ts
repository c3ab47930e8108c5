import { passingVerdicts } from '../../machines/index.ts';
import { expectOpen, whyClosed } from './closed.ts';
import {
  IdentityChangedError,
  InvalidOptionError,
  LoggedOutError,
  SessionDisposedError,
} from '../errors/errors.ts';
import { hasSession } from './hasSession.ts';
import type { Lookout } from '../session/lookout.ts';
import { kindOf } from '../errors/received.ts';
import { redact } from '../errors/redact.ts';
import { judgeAnswer, mayRefuse } from '../server/verdict.ts';
import type { SessionActor, World } from '../session/world.ts';
import { reasonOf, throwIfAborted, untilAborted } from '../platform/abort.ts';
import { copyRequest, initUnder } from '../platform/copyRequest.ts';
import { createAdmission, type Admission, type Auth, type Ticket } from './admission.ts';
import { isAnswerFromElsewhere, pinned, refusingRedirects } from '../platform/redirects.ts';
import { createLifeline, type Outgoing } from './lifeline.ts';
import { createUserCache } from './userCache.ts';

/** Stands between requests and the session. It knows requests and tags, and neither a client nor a state. */
export interface Gate {
  ticket(auth: unknown, limits?: { patience?: number; isRequest?: boolean; what?: string }): Ticket;
  /**
   * Whether a request is this session's affair: others never wait and never carry its token.
   *
   * @throws {SessionDisposedError | SessionStoppedError} nothing is sent any more
   */
  concerns(ticket: Ticket, request: Request): boolean;
  readonly admit: Admission['admit'];
  readonly neededFor: Admission['neededFor'];
  readonly watch: Admission['watch'];
  /** Sends one attempt, with the access token of the moment. */
  send(ticket: Ticket, outgoing: Outgoing, send: SendRequest): Promise<Response>;
  /** Sends a request that is none of this session's affair, as it is. */
  pass(this: void, outgoing: Outgoing, send: SendRequest): Promise<Response>;
  /** Tells those who look that a request fails here; gives back the error. */
  refused<Refusal>(this: void, ticket: Ticket, error: Refusal): Refusal;
  /** Reads what the answer says about the session, and whether the request is to be sent once more. */
  judge(ticket: Ticket, response: Response, signal: AbortSignal): Promise<'done' | 'replay'>;
  /** To be called whenever the machine has moved. */
  review(): void;
}

/** Hands a request to `fetch`, with a signal beside it: in Node the signal of the request alone may be lost. */
export type SendRequest = (request: Request, init: RequestInit) => Promise<Response>;

/** A request is replayed at most so often, whatever the server says. */
const mostReplays = 2;

const passing: ReadonlySet<string> = new Set(passingVerdicts);

export function createGate<User, Login>(
  world: World<User, Login>,
  actor: SessionActor,
  lookout: Pick<Lookout, 'glance'>,
): Gate {
  const { settings, credentials, disposal, traffic } = world;
  const { server, environment, origins } = settings;
  const { clock } = environment;
  const admission = createAdmission(world, actor, lookout);
  const lifeline = createLifeline();
  const cacheFor = createUserCache(() => credentials.identity());
  let reviewed: ReturnType<SessionActor['getSnapshot']> | null = null;

  const gate: Gate = {
    ticket: (auth, { patience = settings.hold.timeout, isRequest = true, what = 'The request' } = {}) =>
      admission.begin({
        auth: readAuth(auth),
        patience: Math.min(patience, settings.hold.timeout),
        isRequest,
        what,
        sessionId: null,
        epoch: null,
        stamp: null,
        round: null,
        replays: 0,
        attempts: 0,
        call: null,
      }),
    concerns(ticket, request) {
      expectOpenFor(ticket);
      const isOurs = ticket.auth !== 'none' && origins.has(new URL(request.url).origin);
      if (!isOurs || request.headers.has('authorization')) return false;
      ticket.call ??= traffic.open('api', request, ticket.attempts);
      return true;
    },
    admit: admission.admit,
    neededFor: admission.neededFor,
    watch: admission.watch,
    async send(ticket, outgoing, send) {
      const { request } = outgoing;
      let stamp = await gate.admit(ticket, request.signal);
      while (stamp !== null && !credentials.isCurrent(stamp))
        stamp = await gate.admit(ticket, request.signal);
      ticket.stamp = stamp;
      const session = stamp === null ? null : credentials.current();
      if (session !== null) outgoing.keep?.();
      return lifeline.carry(session?.sessionId ?? null, outgoing, async (signal) => {
        if (session === null && server.cookies === undefined) return exchange(ticket, request, signal, send);
        // A copy: the caller's own object goes into errors (ky's `HTTPError.request`), and those hold no token.
        const attempt = await prepare(request, signal, session?.accessToken ?? null).catch(
          (error: unknown) => {
            throw refused(ticket, error);
          },
        );
        const isPinned = attempt.redirect !== request.redirect;
        return exchange(ticket, attempt, signal, isPinned ? refusingRedirects(send) : send);
      });
    },
    pass: (outgoing, send) =>
      lifeline.carry(null, outgoing, (signal) => send(outgoing.request, initUnder(signal, outgoing.request))),
    refused,
    async judge(ticket, response, signal) {
      const { stamp } = ticket;
      if (stamp === null || (response.ok && !mayRefuse(server, response))) return 'done';
      if (isAnswerFromElsewhere(response, (origin) => origins.has(origin))) return 'done';
      const { verdict, code } = await judgeAnswer(server, response, clock);
      // The machine would take the API's 429 and 503 for failures of its refresh.
      if (verdict === 'none' || verdict === 'rateLimited' || verdict === 'unavailable') return 'done';
      expectOpenFor(ticket);
      actor.send({ type: `server.${verdict}`, ...stamp, status: response.status, code, at: clock.now() });
      if (passing.has(verdict)) return 'done';
      const now = await gate.admit(ticket, signal);
      const isNewer =
        now !== null && (now.sessionId !== stamp.sessionId || now.generation > stamp.generation);
      if (!isNewer || ticket.replays >= mostReplays) return 'done';
      ticket.replays += 1;
      return 'replay';
    },
    review() {
      const snapshot = actor.getSnapshot();
      // A thousand refusals are a thousand events, of which all but the first change nothing.
      if (snapshot === reviewed) return;
      reviewed = snapshot;
      const { sessionId, reason } = snapshot.context;
      const closed = whyClosed(disposal, actor);
      if (closed !== null) lifeline.cut(closed);
      else if (lifeline.sessionId !== null) {
        if (lifeline.sessionId !== sessionId) lifeline.cut(new IdentityChangedError());
        else if (!hasSession(snapshot)) lifeline.cut(new LoggedOutError(reason));
      }
      admission.review();
    },
  };
  disposal.addEventListener('abort', () => {
    lifeline.cut(new SessionDisposedError());
    admission.review();
  });
  return gate;

  function expectOpenFor(ticket: Ticket): void {
    const closed = whyClosed(disposal, actor);
    if (closed !== null) throw refused(ticket, closed);
  }

  function refused<Refusal>(ticket: Ticket, error: Refusal): Refusal {
    traffic.failed(ticket.call, error);
    return error;
  }

  async function exchange(
    ticket: Ticket,
    request: Request,
    signal: AbortSignal,
    send: SendRequest,
  ): Promise<Response> {
    // Somebody may look since it began to wait.
    ticket.call ??= traffic.open('api', request, ticket.attempts);
    ticket.attempts += 1;
    return traffic.exchange(ticket.call, request, signal, async () => {
      // It was admitted some microtasks ago. Not every `fetch` looks at the signal.
      expectOpen(disposal, actor);
      throwIfAborted(signal);
      const cache = cacheFor(request);
      try {
        return await send(request, { ...initUnder(signal, request), ...(cache !== undefined && { cache }) });
      } catch (error) {
        // React Native's `fetch` has an `AbortError` of its own, whatever the reason.
        throw signal.aborted ? reasonOf(signal) : error;
      }
    });
  }

  /** Where the server keeps the token the platform adds it, whoever is signed in. */
  async function prepare(
    request: Request,
    signal: AbortSignal,
    accessToken: string | null,
  ): Promise<Request> {
    if (accessToken !== null) return authorize(request, signal, accessToken);
    return server.cookies?.prepare(request, signal) ?? request;
  }

  async function authorize(request: Request, signal: AbortSignal, accessToken: string): Promise<Request> {
    if (server.authorize === undefined) {
      const attempt = copyRequest(request, { signal });
      attempt.headers.set('authorization', `Bearer ${accessToken}`);
      return attempt;
    }
    const attempt = copyRequest(request, { signal, ...pinned(request) });
    try {
      await untilAborted(Promise.resolve(server.authorize(attempt, accessToken)), signal);
    } catch (error) {
      // `Headers.set` quotes a value that it refuses, and that is a token.
      throw signal.aborted ? reasonOf(signal) : redact(error, 'server.authorize');
    }
    throwIfAborted(signal);
    return attempt;
  }
}

function readAuth(auth: unknown): Auth {
  if (auth === undefined) return 'optional';
  if (auth === 'required' || auth === 'optional' || auth === 'none') return auth;
  throw new InvalidOptionError('context.auth', "'required', 'optional' or 'none'", kindOf(auth));
}
