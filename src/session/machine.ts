import { createActor, fromCallback, type AnyActorRef, type InspectionEvent } from 'xstate';
import {
  longestDelay,
  stampOf,
  timer,
  type AttemptStart,
  type Reason,
  type SessionEvent,
  type Stamp,
  type Timed,
} from '../../machines/index.ts';
import { sessionMachine } from '../../machines/session.ts';
import type { EndSignal } from '../platform/abort.ts';
import { hasSession, whyClosed } from '../requests/sessionState.ts';
import type { Clock } from '../platform/clock.ts';
import { IdentityChangedError, LoggedOutError } from '../errors/errors.ts';
import type { History } from './history.ts';
import type { SessionOptions } from '../options.ts';
import { fullJitter } from '../refresh/backoff.ts';
import { createRefresher } from '../refresh/refresher.ts';
import type { RefreshParts } from '../refresh/refreshParts.ts';
import { notify } from '../platform/report.ts';
import { startTimeout } from '../platform/timeout.ts';
import type { ServerCalls } from '../server/calls.ts';
import { createRestorer } from './restorer.ts';
import type { PendingSignIns } from './login.ts';
import { createSignIn } from './signIn.ts';
import type { Settings } from './settings.ts';
import type { SignOut } from './signOut.ts';
import type { SessionActor } from './sessionActor.ts';

export interface StartableActor {
  readonly actor: SessionActor;
  start(): void;
}

type System = AnyActorRef['system'];

/** The functions of one session that the machine calls. They are kept outside it, so that snapshots contain no secret. */
interface SessionParts {
  readonly restorer: ReturnType<typeof createRestorer>;
  readonly authenticator: ReturnType<typeof createSignIn>['authenticate'];
  readonly refresher: ReturnType<typeof createRefresher>;
  /** Tells the server of the last logout. Returns whether there is something to tell. */
  revokeLast(logout: Stamp): boolean;
  useTokens(grant: Stamp): void;
  useUser(stamp: Stamp): void;
  dropTokens(sessionId: string | null, cause: SessionEvent['type']): void;
  dropCredentials(sessionId: string | null, cause: Pick<Reason, 'type' | 'code'>): void;
  dropChallenge(): void;
  /** A random pause in milliseconds, so that sessions that failed at the same moment do not retry at the same moment. */
  readonly jitter: (failures: number) => number;
}

/** The parts by actor system: each session has its own system. */
const partsOfSystems = /* @__PURE__ */ new WeakMap<System, SessionParts>();

function partsOf(system: System): SessionParts {
  const parts = partsOfSystems.get(system);
  if (parts === undefined)
    throw new Error(
      'This machine belongs to `createSession`: for your own actor, use `sessionMachine.provide()`',
    );
  return parts;
}

/** One machine for all sessions, since `provide` would take more memory per session than everything else. */
const machine = /* @__PURE__ */ sessionMachine.provide({
  actors: {
    restorer: /* @__PURE__ */ fromCallback<AttemptStart>((scope) => partsOf(scope.system).restorer(scope)),
    authenticator: /* @__PURE__ */ fromCallback<SessionEvent, { loginId: string }>((scope) =>
      partsOf(scope.system).authenticator(scope),
    ),
    refresher: /* @__PURE__ */ fromCallback<AttemptStart, Stamp>((scope) =>
      partsOf(scope.system).refresher(scope),
    ),
    revoker: /* @__PURE__ */ fromCallback<SessionEvent, Stamp & Timed>(({ system, sendBack, input }) => {
      if (!partsOf(system).revokeLast(input)) sendBack({ type: 'logout.confirmed', ...input });
    }),
  },
  actions: {
    useTokens: ({ context, system }) => {
      partsOf(system).useTokens(stampOf(context));
    },
    useUser: ({ context, system }) => {
      partsOf(system).useUser(stampOf(context));
    },
    dropTokens: ({ context, event, system }) => {
      partsOf(system).dropTokens(context.sessionId, event.type);
    },
    revokeOnce: ({ context, system }) => {
      partsOf(system).revokeLast(stampOf(context));
    },
    dropCredentials: ({ context, event, system }) => {
      partsOf(system).dropCredentials(context.sessionId, context.reason ?? { type: event.type, code: null });
    },
    dropChallenge({ system }) {
      partsOf(system).dropChallenge();
    },
  },
  // Without jitter, sessions that failed or started at the same moment would call the server at the same moment.
  delays: {
    backoff: ({ context: { now, retryAt } }) => timer(retryAt - now),
    retryDue: ({ context: { now, retryAt, expiresAt, failures }, system }) =>
      timer(Math.max(retryAt - now, ((expiresAt ?? now) - now) / 2, partsOf(system).jitter(failures))),
    tokenExpiry({ context: { now, retryAt, expiresAt, failures }, system }) {
      const end = expiresAt ?? now + longestDelay;
      return timer(end - now + (retryAt > end ? 0 : partsOf(system).jitter(failures)));
    },
  },
});

/** What the machine's actors and actions need from their session. */
export interface MachineParts<User, Login> extends RefreshParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'login' | 'refresh'>;
  readonly settings: Settings<User, Login>;
}

/** Creates the actor of one session with its parts, timers and clock. Does not start it. */
export function createSessionActor<User, Login>(
  parts: MachineParts<User, Login>,
  pending: PendingSignIns<User, Login>,
  history: History,
  { expire, end, revokeLast }: Pick<SignOut<User>, 'expire' | 'end' | 'revokeLast'>,
): StartableActor {
  const { settings } = parts;
  const { clock, random, signals } = settings.environment;
  const timers = createTimers(clock);
  const actor: SessionActor = createActor(machine, {
    input: {
      attempts: settings.refresh.attempts,
      cooldown: settings.refresh.cooldown,
      proactive: settings.refresh.proactive,
      canRefresh: settings.server.refresh !== undefined,
      holdsStepUp: settings.hold.whileStepUp !== false,
      canRevoke: settings.server.logout !== undefined,
      refreshesLiveTokensOnly: settings.server.refreshesLiveTokensOnly ?? false,
      silentSignIn: settings.server.silentSignIn ?? false,
      online: signals.isOnline(),
      visible: signals.isVisible(),
      restoreTimeout: timer(settings.hold.timeout),
    },
    clock: timers,
    inspect: (event) => {
      history.note(event);
      tellInspector(settings.inspect, event);
    },
  });
  const signIn = createSignIn(parts, pending, (sessionId) => whatOvertook(actor, parts.disposal, sessionId));
  partsOfSystems.set(actor.system, {
    restorer: createRestorer(parts),
    authenticator: signIn.authenticate,
    refresher: createRefresher(parts),
    useTokens(grant) {
      if (parts.credentials.commit(grant)) parts.lastError.refresh = null;
    },
    revokeLast,
    useUser: (stamp) => void parts.credentials.commit(stamp),
    dropTokens: expire,
    dropCredentials: end,
    dropChallenge: signIn.dropChallenge,
    jitter: (failures) => fullJitter(random, failures),
  });
  return {
    actor,
    start() {
      actor.start();
      timers.begin(actor.getSnapshot().hasTag('restoring'));
    },
  };
}

/**
 * The machine's timers. Timers that the machine sets while it starts are scheduled after the start, unless it has cleared
 * them by then. With a synchronous store none is left, so a session can be created while a module is loaded in Cloudflare
 * Workers, which refuse timers then.
 */
function createTimers(clock: Clock) {
  let waiting: Set<(isRestoring: boolean) => void> | null = new Set();
  return {
    setTimeout(callback: () => void, delay: number): () => void {
      let cancel = (): void => undefined;
      const schedule = (isRestoring: boolean) => {
        // If the device sleeps, the store may be about to answer.
        cancel = isRestoring
          ? startTimeout(clock, { limit: delay }, callback)
          : clock.schedule(callback, delay);
      };
      if (waiting === null) schedule(false);
      else waiting.add(schedule);
      return () => {
        waiting?.delete(schedule);
        cancel();
      };
    },
    clearTimeout: (cancel: (() => void) | undefined) => cancel?.(),
    /** @param isRestoring - whether the session is being restored: the only timer limits that */
    begin(isRestoring: boolean) {
      const first = waiting;
      waiting = null;
      first?.forEach((schedule) => {
        schedule(isRestoring);
      });
    },
  };
}

/** Returns the error if a login was overtaken by a logout, another session or `dispose()`, otherwise `null`. */
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
