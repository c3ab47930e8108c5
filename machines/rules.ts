import type {
  Failure,
  GrantFacts,
  PeerSetback,
  Reason,
  SessionContext,
  SessionEvent,
  Setback,
} from './types.ts';

/** What an action or a guard of the chart is called with. */
export interface Step {
  readonly context: SessionContext;
  readonly event: SessionEvent;
}

export const notProvided = (name: string) => (): never => {
  throw new Error(`\`${name}\` was not provided: give it with \`sessionMachine.provide({ actors })\``);
};

/** The longest delay that timers keep: `setTimeout` fires at once for a longer one. */
export const longestDelay = 2_147_483_647;

/** The shortest `refresh.cooldown`, in milliseconds. */
export const shortestCooldown = 250;

/** A refresh that failed without an answer. */
export const unavailable: Failure = { code: 'ERR_REFRESH_UNAVAILABLE', status: null, serverCode: null };

/** Milliseconds between two attempts while the platform says that it is offline and the network fails. */
export const offlinePause = 8_000;

/** A refresh makes so many calls even if no request waits for it. */
const unaskedAttempts = 4;

/** Milliseconds as a timer takes them. */
export const timer = (delay: number): number => Math.max(0, Math.min(delay, longestDelay));

/** When an event happened; those of the chart's own timers have no time. */
export const timeOf = ({ context, event }: Step): number => ('at' in event ? event.at : context.now);

/** Whether an event is about this session. */
export const isSameSession = ({ context, event }: Step): boolean =>
  'sessionId' in event && event.sessionId === context.sessionId;

/** Whether an event is about the current credentials, and not about older ones. */
export const isAboutCurrent = ({ context, event }: Step): boolean =>
  isSameSession({ context, event }) && 'generation' in event && event.generation === context.generation;

/** Whether the access token works at this moment, as far as is known. */
export const isGood = ({ expiresAt }: Pick<SessionContext, 'expiresAt'>, at: number): boolean =>
  expiresAt === null || at < expiresAt;

/** Whether the access token should be refreshed at this moment. */
export const isDue = ({ dueAt }: Pick<SessionContext, 'dueAt'>, at: number): boolean =>
  dueAt !== null && dueAt <= at;

/** Whether a token is refreshed before a request needs it: the session is in use, or would end with its token. */
export const refreshesAhead = ({
  proactive,
  canRefresh,
  visible,
  refreshesLiveTokensOnly,
}: SessionContext): boolean => proactive && canRefresh && (visible || refreshesLiveTokensOnly);

/** The server refreshes live tokens only, and the access token has expired: no call helps. */
export const isLate = (context: SessionContext, at: number): boolean =>
  context.refreshesLiveTokensOnly && !isGood(context, at);

/** Milliseconds until the next call to the refresh endpoint. A clock that was set back voids the pause. */
export const pauseLeft = (context: SessionContext, at: number): number =>
  at < context.retryFrom || isLate(context, at) ? 0 : Math.max(0, context.retryAt - at);

/** The same, where only a pause that the server asked for counts. */
export const askedPauseLeft = (context: SessionContext, at: number): number =>
  context.retryIsAsked ? pauseLeft(context, at) : 0;

/** No refresh is possible now, and the access token works meanwhile. */
export const canDefer = (context: SessionContext, at: number): boolean =>
  (!context.online || pauseLeft(context, at) > 0) && isGood(context, at);

/** The server asked for a pause, and the access token works meanwhile. */
export const mustDefer = (context: SessionContext, at: number): boolean =>
  askedPauseLeft(context, at) > 0 && isGood(context, at);

/** A refresh has failed since the failure that is known. By a clock that was set back, each one is newer. */
export const isNewer = ({ at, failedAt }: Pick<PeerSetback, 'at' | 'failedAt'>, known: number): boolean =>
  failedAt > known || at < known;

/** Whether another attempt is allowed: at first in any case, later only if a request can wait out the pause. */
export function hasAttempts({ context, event }: Step, pause: number): boolean {
  const { attempt, attempts } = context;
  const neededFor = 'neededFor' in event ? (event.neededFor ?? null) : null;
  return attempt < attempts && (attempt < unaskedAttempts || (neededFor !== null && pause <= neededFor));
}

/** The pause after a failed call: what the session's backoff and the server ask for, whichever is longer. */
export const pauseAfter = ({ pause = 0, retryAfter }: Setback): number => Math.max(pause, retryAfter ?? 0);

/** Whether a moment is in the span that ends at `end`. Before it, the clock was set back, and it does not count. */
export const isWithin = (at: number, end: number, span: number): boolean => at < end && at >= end - span;

/** A refresh granted a token at `at`: if it is refused right afterwards, no other refresh starts. */
export function cooldownFrom(
  { cooldown }: SessionContext,
  at: number,
  { expiresAt, issuedAt }: GrantFacts,
): Partial<SessionContext> {
  const lifetime = expiresAt === null ? Infinity : expiresAt - at;
  // A token that was on its way for longer than it lives may have aged in a sleep: a refusal of it is believed.
  if (lifetime > 0 && at - issuedAt >= lifetime) return { cooldownUntil: at };
  const cooldownUntil = at + Math.max(shortestCooldown, Math.min(cooldown, lifetime / 10));
  // A grant that is expired on arrival would be refreshed at once, and so would its successor.
  return lifetime > 0
    ? { cooldownUntil }
    : { cooldownUntil, retryAt: cooldownUntil, retryFrom: at, retryIsAsked: true };
}

/** Why an event ends the session: for all but these, that its access token is used up. */
export function reasonOf({ context: { answerLost }, event }: Step): Reason {
  const { type } = event;
  const isEnding = type === 'session.logout' || type === 'peer.loggedOut' || type === 'peer.expired';
  if (isEnding || type.startsWith('server.')) {
    const { code, status } = 'code' in event ? event : { code: null, status: null };
    return { type, code, status, answerLost };
  }
  return { type: 'accessToken.due', code: null, status: null, answerLost };
}
