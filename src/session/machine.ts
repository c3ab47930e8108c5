import { createActor, fromCallback, type InspectionEvent } from 'xstate';
import {
  longestDelay,
  sessionMachine,
  type AttemptStart,
  type SessionEvent,
  type Stamp,
} from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { createAuthenticator, type PendingLogin } from './authenticator.ts';
import { whyClosed } from '../requests/closed.ts';
import type { Ending } from './ending.ts';
import type { Clock } from '../platform/clock.ts';
import { IdentityChangedError, LoggedOutError } from '../errors/errors.ts';
import { hasSession } from '../requests/hasSession.ts';
import type { History } from './history.ts';
import type { SessionOptions } from '../options.ts';
import { fullJitter } from '../refresh/backoff.ts';
import { createRefresher } from '../refresh/refresher.ts';
import { notify } from '../platform/report.ts';
import { createRestorer } from './restorer.ts';
import type { SessionActor, World } from './world.ts';

export interface StartableActor {
  readonly actor: SessionActor;
  start(): void;
}

/** The machine with its actors, its timers and its clock; not started yet. */
export function createSessionActor<User, Login>(
  world: World<User, Login>,
  pending: Map<string, PendingLogin<User, Login>>,
  history: History,
  ending: Pick<Ending<User>, 'expire' | 'logOut'>,
): StartableActor {
  const { settings } = world;
  const { clock, random, signals } = settings.environment;
  const timers = createTimers(clock);
  const actor: SessionActor = createActor(
    sessionMachine.provide({
      actors: {
        restorer: fromCallback<SessionEvent>(createRestorer(world)),
        authenticator: fromCallback<SessionEvent, { loginId: string }>(
          createAuthenticator(world, pending, (sessionId) => whatOvertook(actor, world.disposal, sessionId)),
        ),
        refresher: fromCallback<AttemptStart, Stamp>(createRefresher(world)),
      },
      actions: {
        useTokens(_, grant) {
          if (world.credentials.accept(grant)) world.lastError.refresh = null;
        },
        dropTokens: ({ context }, cause) => ending.expire(context.sessionId, cause.type),
        dropCredentials: ({ context }, cause) => ending.logOut(context.sessionId, cause.type),
      },
      delays: {
        backoff: ({ context }) => clamp(context.wait),
        retryDue: ({ context: { retryAt, goodFor, failures } }) =>
          clamp(Math.max(retryAt - clock.now(), (goodFor ?? 0) / 2, fullJitter(random, failures))),
        // Whoever has signed in at the same moment would otherwise call at the same moment.
        tokenExpiry: ({ context: { goodFor, failures, expiresAt, retryAt } }) =>
          clamp((goodFor ?? longestDelay) + (retryAt > (expiresAt ?? 0) ? 0 : fullJitter(random, failures))),
        restoreTimeout: () => clamp(settings.hold.timeout),
      },
    }),
    {
      input: {
        attempts: settings.refresh.attempts,
        cooldown: settings.refresh.cooldown,
        proactive: settings.refresh.proactive,
        canRefresh: settings.server.refresh !== undefined,
        refreshesLiveTokensOnly: settings.server.refreshesLiveTokensOnly ?? false,
        online: signals.isOnline(),
        visible: signals.isVisible(),
      },
      clock: timers,
      inspect: (event) => {
        history.note(event);
        tellInspector(settings.inspect, event);
      },
    },
  );
  return {
    actor,
    start() {
      actor.start();
      timers.begin();
    },
  };
}

/**
 * The machine's timers. Those that it sets when it starts are scheduled when it has started, unless it has cleared
 * them: with a store that answers at once none is left, and Cloudflare Workers refuse timers while a module is loaded.
 */
function createTimers(clock: Clock) {
  let waiting: Set<() => void> | null = new Set();
  return {
    setTimeout(callback: () => void, delay: number): () => void {
      let cancel = (): void => undefined;
      const schedule = () => {
        cancel = clock.schedule(callback, delay);
      };
      if (waiting === null) schedule();
      else waiting.add(schedule);
      return () => {
        waiting?.delete(schedule);
        cancel();
      };
    },
    clearTimeout: (cancel: (() => void) | undefined) => cancel?.(),
    begin() {
      const first = waiting;
      waiting = null;
      first?.forEach((schedule) => {
        schedule();
      });
    },
  };
}

/** A login was overtaken: by the end of all sessions, or by the beginning of another. */
function whatOvertook(actor: SessionActor, disposal: EndSignal, sessionId: string | null): Error | null {
  const closed = whyClosed(disposal, actor);
  if (closed !== null) return closed;
  const snapshot = actor.getSnapshot();
  const isOpen = hasSession(snapshot);
  if (isOpen && snapshot.context.sessionId === sessionId) return null;
  return isOpen || snapshot.hasTag('signingIn')
    ? new IdentityChangedError()
    : new LoggedOutError(snapshot.context.reason);
}

function tellInspector(inspect: SessionOptions['inspect'], event: InspectionEvent): void {
  if (inspect === undefined) return;
  notify(typeof inspect === 'function' ? inspect : (inspected) => inspect.next?.(inspected), event);
}

function clamp(delay: number): number {
  return Math.max(0, Math.min(delay, longestDelay));
}
