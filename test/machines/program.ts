import { createActor, fromCallback, SimulatedClock } from 'xstate';
import {
  longestDelay,
  sessionMachine,
  type AttemptStart,
  type GrantFacts,
  type SessionEvent,
  type SessionInput,
  type PeerSetback,
  type SessionTag,
  type Setback,
  type Stamp,
  type Timed,
} from '../../machines/index.ts';
import { nameOf } from './leaves.ts';
import { input } from './worlds.ts';

/** A manual clock. Like a real timer, a timer beyond the longest delay fires at once. */
function createTime() {
  const clock = new SimulatedClock();
  const deadlines = new Set<number>();
  let lag = 0;
  return {
    now: () => clock.now() - lag,
    /** Sets the device's clock back. Timers are not affected. */
    setBack(milliseconds: number) {
      lag += milliseconds;
    },
    armed: () => deadlines.size,
    timers: {
      setTimeout(callback: () => void, delay: number) {
        const kept = delay > longestDelay ? 1 : delay;
        deadlines.add(clock.now() + kept);
        return clock.setTimeout(callback, kept);
      },
      clearTimeout: (id: number) => {
        clock.clearTimeout(id);
      },
    },
    /** Advances the time, and runs each timer at its own time. */
    pass(milliseconds: number) {
      const end = clock.now() + milliseconds;
      for (;;) {
        const next = Math.min(...[...deadlines].filter((deadline) => deadline > clock.now()));
        if (next > end) break;
        clock.set(next);
      }
      clock.set(end);
    },
  };
}

type Untimed<Event> = Event extends unknown ? Omit<Event, 'at'> & { readonly at?: number } : never;

/** A running machine with fake actors, which send what the test tells them to. */
export function startProgram(options: Partial<SessionInput> = {}) {
  const time = createTime();
  const calls: number[] = [];
  const revocations: number[] = [];
  const stopped: string[] = [];
  let say: (event: SessionEvent) => void = () => {
    throw new Error('Expected an actor that runs');
  };
  const actor = createActor(
    sessionMachine.provide({
      actors: {
        restorer: fromCallback<AttemptStart>(({ sendBack, receive }) => {
          say = sendBack;
          receive(() => calls.push(time.now()));
          return () => stopped.push('restorer');
        }),
        authenticator: fromCallback<SessionEvent, { loginId: string }>(({ sendBack }) => {
          say = sendBack;
          return () => stopped.push('authenticator');
        }),
        refresher: fromCallback<AttemptStart, { sessionId: string; generation: number }>(
          ({ sendBack, receive }) => {
            say = sendBack;
            receive(() => calls.push(time.now()));
            return () => stopped.push('refresher');
          },
        ),
        revoker: fromCallback<SessionEvent, Stamp & Timed>(({ sendBack }) => {
          say = sendBack;
          revocations.push(time.now());
          return () => stopped.push('revoker');
        }),
      },
    }),
    { input: { ...input, ...options }, clock: time.timers },
  );
  const emitted: unknown[] = [];
  actor.on('*', (event) => emitted.push(event));
  actor.start();
  let generation = 0;

  const program = {
    ...time,
    /** The times at which an attempt to refresh started. */
    calls,
    /** The moments at which the server was told of a logout. */
    revocations,
    stopped,
    emitted,
    is: () => nameOf(actor.getSnapshot().value),
    has: (tag: SessionTag) => actor.getSnapshot().hasTag(tag),
    context: () => actor.getSnapshot().context,
    /** Sends an event at the current time. */
    send(event: Untimed<SessionEvent>) {
      actor.send(stamped(event));
    },
    /** Sends an event from the running actor. */
    answer(event: Untimed<SessionEvent>) {
      say(stamped(event));
    },
    /** Facts of a grant with this lifetime, which is fresh for a part of it. */
    grant(lifetime: number, freshFor: number): GrantFacts {
      generation += 1;
      const at = time.now();
      return {
        sessionId: 'one',
        generation,
        at,
        issuedAt: at,
        expiresAt: at + lifetime,
        dueAt: at + freshFor,
      };
    },
    /** The refresh endpoint fails for a transient reason. */
    fail(retryAfter: number | null = null, more: Partial<Setback> = {}) {
      const verdict = { sessionId: 'one', generation, status: 503, code: null };
      program.answer({ type: 'server.unavailable', ...verdict, retryAfter, ...more });
    },
    /** The network fails, so that there is no response. */
    breakOff(more: Partial<Setback> = {}) {
      program.fail(null, { status: null, ...more });
    },
    /** The store says that a refresh has just failed in another tab. */
    failElsewhere(pause: number, more: Partial<PeerSetback> = {}) {
      const at = time.now();
      const stamp = { sessionId: 'one', generation, status: 503, code: null };
      const failed = { failedAt: at, retryAt: at + pause, isAsked: false, failures: 1, ...more };
      program.send({ type: 'peer.refreshFailed', ...stamp, ...failed });
    },
    /** The API refuses the access token. */
    refuse() {
      const verdict = { sessionId: 'one', generation, status: 401, code: null };
      program.send({ type: 'server.accessTokenExpired', ...verdict });
    },
    /** The store contains a session. */
    restore(lifetime: number, freshFor: number) {
      program.answer({ type: 'store.restored', ...program.grant(lifetime, freshFor) });
    },
    /** The refresh endpoint grants new tokens. */
    renew(lifetime: number, freshFor: number) {
      program.answer({ type: 'lock.acquired', answerLost: false });
      program.answer({ type: 'grant.stored', ...program.grant(lifetime, freshFor) });
    },
  };
  return program;

  function stamped(event: Untimed<SessionEvent>): SessionEvent {
    return { at: time.now(), ...event };
  }
}
