import { passingVerdicts, type Stamp } from '../../machines/index.ts';
import {
  IdentityChangedError,
  InvalidOptionError,
  LoggedOutError,
  NotAuthenticatedError,
  RefreshUnavailableError,
  SessionDisposedError,
  SessionExpiredError,
} from '../errors.ts';
import { hasSession } from '../hasSession.ts';
import { kindOf } from '../received.ts';
import { withoutSecret } from '../redact.ts';
import { isSameJson } from '../sameJson.ts';
import { judgeAnswer } from '../verdict.ts';
import type { SessionActor, World } from '../world.ts';
import { copyRequest, untilAborted } from './abort.ts';
import { createHold, type Outcome } from './hold.ts';
import { createLifeline } from './lifeline.ts';

/** Whether a request must have a session, takes one where there is one, or must not have one. */
export type Auth = 'required' | 'optional' | 'none';

/** What the gate remembers of one request, through all its attempts. */
export interface Ticket<User> {
  readonly auth: Auth;
  /** Milliseconds that it may wait for a refresh. */
  readonly patience: number;
  /** Whether it is one: `refresh()` waits like a request, in no request's place and for no user. */
  readonly isRequest: boolean;
  /** The session that it was first held or sent under, and whose that was. */
  sessionId: string | null;
  user: User | null;
  /** The credentials that its last attempt carried; `null` for none. */
  stamp: Stamp | null;
  /** How many refreshes had ended when it began to wait for one. */
  round: number | null;
  replays: number;
}

/** Stands between requests and the session. It knows requests and tags, and neither a client nor a state. */
export interface Gate<User> {
  ticket(auth: unknown, limits?: { patience?: number; isRequest?: boolean }): Ticket<User>;
  /**
   * Whether a request is this session's affair: others never wait and never carry its token.
   *
   * @throws {SessionDisposedError} nothing is sent any more
   */
  concerns(ticket: Ticket<User>, request: Request): boolean;
  /** Waits until the request may go: with these credentials, or bare (`null`). At once where it can. */
  admit(ticket: Ticket<User>, signal: AbortSignal | null): Stamp | null | Promise<Stamp | null>;
  /** Sends one attempt, with the access token of the moment. */
  send(ticket: Ticket<User>, request: Request, send: SendRequest): Promise<Response>;
  /** Reads what the answer says about the session, and whether the request is to be sent once more. */
  judge(ticket: Ticket<User>, response: Response, signal: AbortSignal): Promise<'done' | 'replay'>;
  /** To be called whenever the machine has moved. */
  review(): void;
}

export type SendRequest = (request: Request) => Promise<Response>;

/** A request is replayed at most so often, whatever the server says. */
const mostReplays = 2;

type Pass = Stamp | null | 'again';

const passing: ReadonlySet<string> = new Set(['none', ...passingVerdicts]);

export function createGate<User, Login>(world: World<User, Login>, actor: SessionActor): Gate<User> {
  const { settings, credentials, disposal } = world;
  const { server, environment, origins } = settings;
  const { clock } = environment;
  const hold = createHold<Pass>({ clock, limit: settings.hold.limit });
  const lifeline = createLifeline();
  let reviewed: ReturnType<SessionActor['getSnapshot']> | null = null;

  /** Finds what the session of this moment means for a request that can wait until `deadline`. */
  function look(ticket: Ticket<User>, deadline: number): Outcome<Stamp | null> {
    try {
      return decide(ticket, deadline);
    } catch (error) {
      return { error };
    }
  }

  function decide(ticket: Ticket<User>, deadline: number): Outcome<Stamp | null> {
    if (disposal.aborted) throw new SessionDisposedError();
    const snapshot = actor.getSnapshot();
    if (!hasSession(snapshot)) return goBare(ticket);
    bind(ticket);
    if (snapshot.hasTag('attach')) return attach(ticket, deadline);
    if (snapshot.hasTag('due')) return startRefresh(ticket, deadline);
    if (snapshot.hasTag('refuse')) return expire(ticket);
    ticket.round ??= snapshot.context.rounds;
    const { retryAt } = snapshot.context;
    if (retryAt > deadline) throw unavailable();
    if (snapshot.hasTag('offline') && !settings.hold.whileOffline) throw unavailable();
    return null;
  }

  function goBare(ticket: Ticket<User>): { pass: null } {
    if (ticket.sessionId !== null) throw new LoggedOutError(actor.getSnapshot().context.reason);
    if (ticket.auth === 'required') throw new NotAuthenticatedError('The request');
    return { pass: null };
  }

  /** Two logins are two sessions: a request belongs to one of them. */
  function bind(ticket: Ticket<User>): void {
    const { sessionId } = actor.getSnapshot().context;
    if (ticket.sessionId === null || ticket.sessionId === sessionId) {
      ticket.sessionId = sessionId;
      ticket.user = credentials.user() ?? ticket.user;
    } else if (settings.hold.whileExpired !== false && isBack(ticket.user, credentials.user())) {
      ticket.sessionId = sessionId;
    } else {
      throw new IdentityChangedError();
    }
  }

  function isBack(before: User | null, now: User | null): boolean {
    if (before === null || now === null) return false;
    return server.isSameUser?.(before, now) ?? isSameJson(before, now);
  }

  function attach(ticket: Ticket<User>, deadline: number): Outcome<Stamp | null> {
    const session = credentials.current();
    if (session === null) throw new NotAuthenticatedError('The request');
    // The machine is about to move: its review follows.
    if (session.sessionId !== ticket.sessionId) return null;
    // Timers may have slept: a token that is known to be expired is never sent.
    if (session.expiresAt !== null && session.expiresAt <= clock.now()) return startRefresh(ticket, deadline);
    ticket.round = null;
    return { pass: { sessionId: session.sessionId, generation: session.generation } };
  }

  function startRefresh(ticket: Ticket<User>, deadline: number): Outcome<Stamp | null> {
    const before = actor.getSnapshot();
    const { rounds } = before.context;
    if (ticket.round !== null && ticket.round < rounds) throw unavailable();
    ticket.round = rounds;
    actor.send({ type: 'accessToken.due', at: clock.now() });
    // Inside a notification the machine moves later, and its review follows.
    return actor.getSnapshot() === before ? null : decide(ticket, deadline);
  }

  function expire(ticket: Ticket<User>): null {
    if (settings.hold.whileExpired === false || !ticket.isRequest)
      throw new SessionExpiredError(actor.getSnapshot().context.reason);
    return null;
  }

  function unavailable(): RefreshUnavailableError {
    const cause = world.lastError.refresh;
    const { failure, retryAt } = actor.getSnapshot().context;
    const wait = retryAt - clock.now();
    const retryAfter = wait > 0 ? wait : null;
    return new RefreshUnavailableError(failure, { retryAfter, ...(cause !== null && { cause }) });
  }

  const isRefusing = () => actor.getSnapshot().hasTag('refuse');

  async function wait(ticket: Ticket<User>, signal: AbortSignal | null): Promise<Stamp | null> {
    for (;;) {
      // What was decided may have moved the machine already, and nobody looks at who is not waiting yet.
      const found = look(ticket, clock.now() + ticket.patience);
      if (found !== null) return passOf(found);
      const waitsForUser = isRefusing();
      const timeout = waitsForUser ? Number(settings.hold.whileExpired) : ticket.patience;
      const deadline = clock.now() + timeout;
      const pass = await hold.wait(
        () => look(ticket, deadline) ?? (waitsForUser === isRefusing() ? null : { pass: 'again' }),
        { signal, timeout, isCounted: ticket.isRequest },
      );
      if (pass !== 'again') return pass;
    }
  }

  const gate: Gate<User> = {
    ticket: (auth, { patience = settings.hold.timeout, isRequest = true } = {}) => ({
      auth: readAuth(auth),
      patience: Math.min(patience, settings.hold.timeout),
      isRequest,
      sessionId: null,
      user: null,
      stamp: null,
      round: null,
      replays: 0,
    }),
    concerns(ticket, request) {
      if (disposal.aborted) throw new SessionDisposedError();
      const isOurs = ticket.auth !== 'none' && origins.has(new URL(request.url).origin);
      return isOurs && !request.headers.has('authorization');
    },
    admit(ticket, signal) {
      signal?.throwIfAborted();
      const found = decide(ticket, clock.now() + ticket.patience);
      return found === null ? wait(ticket, signal) : passOf(found);
    },
    async send(ticket, request, send) {
      let stamp = await gate.admit(ticket, request.signal);
      while (stamp !== null && !credentials.isCurrent(stamp))
        stamp = await gate.admit(ticket, request.signal);
      ticket.stamp = stamp;
      const session = credentials.current();
      if (stamp === null || session === null) return send(request);
      const signal = AbortSignal.any([request.signal, lifeline.signalOf(stamp.sessionId)]);
      // A copy: the caller's own object goes into errors (ky's `HTTPError.request`), and those hold no token.
      const attempt = await authorize(request, signal, session.accessToken);
      signal.throwIfAborted();
      return send(attempt);
    },
    async judge(ticket, response, signal) {
      const { stamp } = ticket;
      if (stamp === null || (response.ok && server.errorCode === undefined)) return 'done';
      if (response.url !== '' && !origins.has(new URL(response.url).origin)) return 'done';
      const { verdict, code } = await judgeAnswer(server, response, clock);
      if (verdict === 'none' || verdict === 'rateLimited' || verdict === 'unavailable') return 'done';
      if (disposal.aborted) throw new SessionDisposedError();
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
      if (lifeline.sessionId !== null) {
        if (lifeline.sessionId !== sessionId) lifeline.cut(new IdentityChangedError());
        else if (!hasSession(snapshot)) lifeline.cut(new LoggedOutError(reason));
      }
      hold.review();
    },
  };
  disposal.addEventListener('abort', () => {
    lifeline.cut(new SessionDisposedError());
    hold.review();
  });
  return gate;

  async function authorize(request: Request, signal: AbortSignal, accessToken: string): Promise<Request> {
    if (server.authorize === undefined) {
      const attempt = copyRequest(request, { signal });
      attempt.headers.set('authorization', `Bearer ${accessToken}`);
      return attempt;
    }
    // Of all headers `fetch` takes `Authorization` alone off a request that is redirected to another origin.
    const redirect = request.redirect === 'follow' ? 'error' : request.redirect;
    const attempt = copyRequest(request, { signal, redirect });
    try {
      await untilAborted(Promise.resolve(server.authorize(attempt, accessToken)), signal);
    } catch (error) {
      // `Headers.set` quotes a value that it refuses, and that is a token.
      throw withoutSecret(error, accessToken);
    }
    return attempt;
  }
}

function passOf<Found>(outcome: NonNullable<Outcome<Found>>): Found {
  if ('error' in outcome) throw outcome.error;
  return outcome.pass;
}

function readAuth(auth: unknown): Auth {
  if (auth === undefined) return 'optional';
  if (auth === 'required' || auth === 'optional' || auth === 'none') return auth;
  throw new InvalidOptionError('context.auth', "'required', 'optional' or 'none'", kindOf(auth));
}
