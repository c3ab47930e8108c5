import { pauseLeft, type Stamp } from '../../machines/index.ts';
import { expectOpen } from './closed.ts';
import {
  HoldTimeoutError,
  IdentityChangedError,
  LoggedOutError,
  NotAuthenticatedError,
  SessionExpiredError,
} from '../errors/errors.ts';
import { hasSession } from './hasSession.ts';
import type { Lookout } from '../session/lookout.ts';
import { unavailable } from './unavailable.ts';
import type { SessionActor, World } from '../session/world.ts';
import { throwIfAborted, untilAborted } from '../platform/abort.ts';
import { createHold, type Outcome } from './hold.ts';
import { createPauses, type Pauses } from './pauses.ts';
import type { Traffic } from './requests.ts';

/** Whether a request must have a session, takes one where there is one, or must not have one. */
export type Auth = 'required' | 'optional' | 'none';

/** What the gate remembers of one request, through all its attempts. */
export interface Ticket {
  readonly auth: Auth;
  /** Milliseconds that it may wait for a refresh. */
  readonly patience: number;
  /** Whether it is one: `refresh()` waits like a request, in no request's place and for no user. */
  readonly isRequest: boolean;
  /** What an error calls it. */
  readonly what: string;
  /** The session that it was first held or sent under. */
  sessionId: string | null;
  /** The `epoch` of the credentials in which it was made; `null` where there was no session. */
  epoch: number | null;
  /** The credentials that its last attempt carried; `null` for none. */
  stamp: Stamp | null;
  /** How many refreshes had ended when it began to wait for one. */
  round: number | null;
  replays: number;
  /** How often it has been sent. */
  attempts: number;
  /** What those who look at requests know it as; `null` while nobody looks. */
  call: ReturnType<Traffic['open']>;
}

/** Lets requests in: at once, after a wait, or not at all. It reads tags, and names no state. */
export interface Admission {
  /** Binds a request to the user whom the program could see when it was made. */
  begin(ticket: Ticket): Ticket;
  /** Waits until the request may go: with these credentials, or bare (`null`). */
  admit(this: void, ticket: Ticket, signal: AbortSignal | null): Promise<Stamp | null>;
  /** Ends a client's own pause as soon as the request's session has ended. */
  readonly watch: Pauses['add'];
  /** Looks at those who wait. */
  review(): void;
  /** Milliseconds that the most patient of the waiting requests can still wait; `null` where none waits. */
  neededFor(this: void): number | null;
}

type Pass = Stamp | null | 'again';

export function createAdmission<User, Login>(
  world: World<User, Login>,
  actor: SessionActor,
  { glance }: Pick<Lookout, 'glance'>,
): Admission {
  const { settings, credentials, disposal, traffic } = world;
  const { clock } = settings.environment;
  const hold = createHold<Pass>({ clock, limit: settings.hold.limit });
  const pauses = createPauses();

  /** Finds what the session of this moment means for a request that can wait for `left` milliseconds. */
  function look(ticket: Ticket, left: number): Outcome<Stamp | null> {
    try {
      return decide(ticket, left);
    } catch (error) {
      return { error };
    }
  }

  function decide(ticket: Ticket, left: number): Outcome<Stamp | null> {
    expectNotEnded(ticket);
    const snapshot = actor.getSnapshot();
    if (!hasSession(snapshot)) return goBare(ticket);
    bind(ticket);
    if (snapshot.hasTag('attach')) return attach(ticket, left);
    if (snapshot.hasTag('due')) return startRefresh(ticket, left);
    if (snapshot.hasTag('refuse')) return expire(ticket);
    ticket.round ??= snapshot.context.rounds;
    if (pauseLeft(snapshot.context, clock.now()) > left) throw unavailable(world, actor);
    if (snapshot.hasTag('offline') && !settings.hold.whileOffline) throw unavailable(world, actor);
    return null;
  }

  /**
   * A request belongs to one user and, unless it may wait for that user's next sign-in, to one session.
   *
   * @throws {SessionError} that session has ended
   */
  function expectNotEnded(ticket: Ticket): void {
    expectOpen(disposal, actor);
    const snapshot = actor.getSnapshot();
    const { sessionId, reason } = snapshot.context;
    const isOfOther = ticket.epoch !== null && ticket.epoch !== credentials.epoch();
    if (!hasSession(snapshot)) {
      if (isOfOther) throw new LoggedOutError(reason);
      return;
    }
    const isOfNext = ticket.sessionId !== null && ticket.sessionId !== sessionId;
    if (isOfOther || (isOfNext && settings.hold.whileExpired === false)) throw new IdentityChangedError();
  }

  function whyEnded(ticket: Ticket): unknown {
    try {
      expectNotEnded(ticket);
      return null;
    } catch (error) {
      return error;
    }
  }

  function goBare(ticket: Ticket): { pass: null } {
    if (ticket.auth === 'required') throw new NotAuthenticatedError(ticket.what);
    return { pass: null };
  }

  function bind(ticket: Ticket): void {
    ticket.epoch = credentials.epoch();
    ticket.sessionId = actor.getSnapshot().context.sessionId;
  }

  function attach(ticket: Ticket, left: number): Outcome<Stamp | null> {
    const session = credentials.current();
    if (session === null) throw new NotAuthenticatedError(ticket.what);
    // The machine is about to move: its review follows.
    if (session.sessionId !== ticket.sessionId) return null;
    // Timers may have slept: a token that is known to be expired is never sent.
    if (session.expiresAt !== null && session.expiresAt <= clock.now()) return startRefresh(ticket, left);
    ticket.round = null;
    return { pass: { sessionId: session.sessionId, generation: session.generation } };
  }

  function startRefresh(ticket: Ticket, left: number): Outcome<Stamp | null> {
    const before = actor.getSnapshot();
    const { rounds } = before.context;
    if (ticket.round !== null && ticket.round < rounds) throw unavailable(world, actor);
    ticket.round = rounds;
    actor.send({ type: 'accessToken.due', at: clock.now() });
    // Inside a notification the machine moves later, and its review follows.
    return actor.getSnapshot() === before ? null : decide(ticket, left);
  }

  function expire(ticket: Ticket): null {
    if (settings.hold.whileExpired === false || !ticket.isRequest)
      throw new SessionExpiredError(actor.getSnapshot().context.reason);
    return null;
  }

  /** A refresh that fails again and again is why the wait was in vain. */
  function timedOut(timeout: number): Error {
    const snapshot = actor.getSnapshot();
    const isFailing = snapshot.hasTag('hold') && snapshot.context.failure !== null;
    return isFailing ? unavailable(world, actor) : new HoldTimeoutError(timeout);
  }

  const isRefusing = () => actor.getSnapshot().hasTag('refuse');

  async function wait(ticket: Ticket, signal: AbortSignal | null): Promise<Stamp | null> {
    traffic.held(ticket.call);
    for (;;) {
      // What was decided may have moved the machine already, and nobody looks at who is not waiting yet.
      const found = look(ticket, ticket.patience);
      if (found !== null) return passOf(found);
      const waitsForUser = isRefusing();
      const timeout = waitsForUser ? Number(settings.hold.whileExpired) : ticket.patience;
      const pass = await hold.wait(
        (left) => look(ticket, left) ?? (waitsForUser === isRefusing() ? null : { pass: 'again' }),
        { signal, timeout, isCounted: ticket.isRequest, timedOut: () => timedOut(timeout) },
      );
      if (pass !== 'again') return pass;
    }
  }

  /** A store may be slow, or hang: nobody waits for it longer than for the request. */
  function untilEnded(looking: Promise<void>, signal: AbortSignal | null): Promise<void> {
    const looked = untilAborted(looking, disposal);
    return signal === null ? looked : untilAborted(looked, signal);
  }

  async function enter(ticket: Ticket, signal: AbortSignal | null): Promise<Stamp | null> {
    throwIfAborted(signal);
    if (ticket.sessionId === null && hasSession(actor.getSnapshot())) {
      expectNotEnded(ticket);
      bind(ticket);
    }
    // What the program sends in the same breath is bound first: it was written for whom the screen shows.
    await Promise.resolve();
    const looking = glance();
    if (looking !== null) await untilEnded(looking, signal);
    throwIfAborted(signal);
    const found = decide(ticket, ticket.patience);
    return found === null ? wait(ticket, signal) : passOf(found);
  }

  return {
    begin(ticket) {
      const snapshot = actor.getSnapshot();
      if (!hasSession(snapshot)) return ticket;
      ticket.epoch = credentials.epoch();
      // Where the session has expired, the same user may sign in before the request is admitted.
      if (!snapshot.hasTag('refuse')) ticket.sessionId = snapshot.context.sessionId;
      return ticket;
    },
    async admit(ticket, signal) {
      try {
        return await enter(ticket, signal);
      } catch (error) {
        traffic.failed(ticket.call, error);
        throw error;
      }
    },
    watch: pauses.add,
    review: () => {
      hold.review();
      pauses.review(whyEnded);
    },
    neededFor: hold.longest,
  };
}

function passOf<Found>(outcome: NonNullable<Outcome<Found>>): Found {
  if ('error' in outcome) throw outcome.error;
  return outcome.pass;
}
