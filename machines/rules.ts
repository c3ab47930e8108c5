import type {
  Failure,
  GrantFacts,
  PeerSetback,
  Reason,
  SessionContext,
  SessionEvent,
  Setback,
  Verdicted,
} from './types.ts';

/** The argument of the machine's actions and guards. */
export interface Step {
  readonly context: SessionContext;
  readonly event: SessionEvent;
}

export const notProvided = (name: string) => (): never => {
  throw new Error(`\`${name}\` was not provided: give it with \`sessionMachine.provide({ actors })\``);
};

/** The longest delay of a timer, in milliseconds: with a longer one, `setTimeout` fires at once. */
export const longestDelay = 2_147_483_647;

/** The shortest `refresh.cooldown` other than 0, in milliseconds. */
export const shortestCooldown = 250;

/** A refresh that failed without a response. */
export const unavailable: Failure = { code: 'ERR_REFRESH_UNAVAILABLE', status: null, serverCode: null };

/** The pause between two attempts while the platform reports that it is offline, in milliseconds. */
export const offlinePause = 8_000;

/** The number of calls that a refresh makes even if no request waits for it. */
const unaskedAttempts = 4;

/** The number of calls that a logout makes if the server cannot be told. */
export const logoutAttempts = 4;

/** Limits a delay in milliseconds to what timers support. */
export const timer = (delay: number): number => Math.max(0, Math.min(delay, longestDelay));

/** When an event happened. Events of the machine's own timers have no time, so `now` of the context is used. */
export const timeOf = ({ context, event }: Step): number => ('at' in event ? event.at : context.now);

/** Whether an event is about this session. Without a session, the id is empty. */
export const isSameSession = ({ context, event }: Step): boolean =>
  'sessionId' in event && event.sessionId === (context.sessionId ?? '');

/** Whether an event is about the current tokens, and not about older ones. */
export const isAboutCurrent = ({ context, event }: Step): boolean =>
  isSameSession({ context, event }) && 'generation' in event && event.generation === context.generation;

/** Whether the access token is valid at this moment, as far as is known. */
export const isGood = ({ expiresAt }: Pick<SessionContext, 'expiresAt'>, at: number): boolean =>
  expiresAt === null || at < expiresAt;

/** Whether the access token should be refreshed at this moment. */
export const isDue = ({ dueAt }: Pick<SessionContext, 'dueAt'>, at: number): boolean =>
  dueAt !== null && dueAt <= at;

/** Whether to refresh before a request needs it: the page is visible, or the session would end with its token. */
export const refreshesAhead = ({
  proactive,
  canRefresh,
  visible,
  refreshesLiveTokensOnly,
}: SessionContext): boolean => proactive && canRefresh && (visible || refreshesLiveTokensOnly);

/** Whether it is too late for a refresh: the access token has expired, and the server refreshes live tokens only. */
export const isLate = (context: SessionContext, at: number): boolean =>
  context.refreshesLiveTokensOnly && !isGood(context, at);

/** The milliseconds until the next call to the refresh endpoint: 0 if the clock was set back. */
export const pauseLeft = (context: SessionContext, at: number): number =>
  at < context.retryFrom || isLate(context, at) ? 0 : Math.max(0, context.retryAt - at);

/** The same, but only for a pause that the server asked for. */
export const askedPauseLeft = (context: SessionContext, at: number): number =>
  context.retryIsAsked ? pauseLeft(context, at) : 0;

/** Whether a refresh must wait and the access token is still valid. */
export const canDefer = (context: SessionContext, at: number): boolean =>
  (!context.online || pauseLeft(context, at) > 0) && isGood(context, at);

/** Whether the server asked for a pause and the access token is still valid. */
export const mustDefer = (context: SessionContext, at: number): boolean =>
  askedPauseLeft(context, at) > 0 && isGood(context, at);

/** Whether a failure is newer than the known one. If the clock was set back, every failure counts as newer. */
export const isNewer = ({ at, failedAt }: Pick<PeerSetback, 'at' | 'failedAt'>, known: number): boolean =>
  failedAt > known || at < known;

/** Whether another attempt is allowed: the first few always, later ones only if a request can wait for the pause to end. */
export function hasAttempts({ context, event }: Step, pause: number): boolean {
  const { attempt, attempts } = context;
  const neededFor = 'neededFor' in event ? (event.neededFor ?? null) : null;
  return attempt < attempts && (attempt < unaskedAttempts || (neededFor !== null && pause <= neededFor));
}

/** The pause after a failed call: the session's backoff or the server's `Retry-After`, whichever is longer. */
export const pauseAfter = ({ pause = 0, retryAfter }: Setback): number => Math.max(pause, retryAfter ?? 0);

/** Whether a moment is in the span that ends at `end`. An earlier moment means that the clock was set back. */
export const isWithin = (at: number, end: number, span: number): boolean => at < end && at >= end - span;

/** Starts the cooldown for a token that was granted at `at`: if the server refuses it right away, no refresh starts. */
export function cooldownFrom(
  { cooldown }: SessionContext,
  at: number,
  { expiresAt, issuedAt }: GrantFacts,
): Partial<SessionContext> {
  const lifetime = expiresAt === null ? Infinity : expiresAt - at;
  // The device may have slept while the response was on its way, so the new token may have expired: no cooldown.
  if (lifetime > 0 && at - issuedAt >= lifetime) return { cooldownUntil: at };
  if (lifetime > 0 && cooldown === 0) return { cooldownUntil: at };
  const cooldownUntil = at + Math.max(shortestCooldown, Math.min(cooldown, lifetime / 10));
  // Without a pause, a grant that has expired on arrival would be refreshed at once, and the next one too.
  return lifetime > 0
    ? { cooldownUntil }
    : { cooldownUntil, retryAt: cooldownUntil, retryFrom: at, retryIsAsked: true };
}

/** Why an event ends the session. For any event not named here, the reason is that the access token cannot be refreshed. */
export function reasonOf({ context: { answerLost }, event }: Step): Reason {
  const { type } = event;
  const isEnding = type === 'session.logout' || type === 'peer.loggedOut' || type === 'peer.expired';
  if (isEnding || type === 'limit.reached' || type.startsWith('server.')) {
    const code = ('code' in event ? event.code : null) ?? null;
    const { status = null, explanation }: Partial<Verdicted> = 'status' in event ? event : {};
    return { type, code, status, answerLost, explanation };
  }
  return { type: 'accessToken.due', code: null, status: null, answerLost };
}
