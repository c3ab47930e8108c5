import {
  askedPauseLeft,
  cooldownFrom,
  longestDelay,
  pauseAfter,
  reasonOf,
  timeOf,
  unavailable,
  type Step,
} from './rules.ts';
import type { Failure, SessionContext, SessionInput, Verdicted } from './types.ts';

/** The changes that an action makes to the context. */
type Change = Partial<SessionContext>;

export const initialContext = (input: SessionInput): SessionContext => ({
  ...input,
  now: 0,
  sessionId: null,
  generation: 0,
  firstGeneration: 0,
  expiresAt: null,
  dueAt: null,
  cooldownUntil: 0,
  attempt: 0,
  failures: 0,
  rounds: 0,
  retryAt: 0,
  retryFrom: 0,
  retryIsAsked: false,
  answerLost: false,
  reason: null,
  failure: null,
  stepUp: null,
  ending: null,
  isChallenged: false,
  signIns: 0,
});

export function takeGrant({ context, event }: Step): Change {
  if (!('issuedAt' in event)) return {};
  const { sessionId, generation, expiresAt, dueAt, at, signIns = 0 } = event;
  return {
    now: at,
    sessionId,
    generation,
    firstGeneration:
      sessionId === context.sessionId && signIns === context.signIns ? context.firstGeneration : generation,
    expiresAt,
    dueAt,
    signIns,
    failures: 0,
    retryAt: 0,
    retryIsAsked: false,
    cooldownUntil: 0,
    answerLost: false,
    reason: null,
    failure: null,
    ending: sessionId === context.sessionId ? context.ending : null,
  };
}

export const startCooldown = ({ context, event }: Step): Change =>
  'issuedAt' in event ? cooldownFrom(context, event.at, event) : {};

/** Starts the cooldown for a token that another tab refreshed. Otherwise tabs would refresh it in turns. */
export const joinCooldown = ({ context, event }: Step): Change =>
  'issuedAt' in event && event.generation > 1 ? cooldownFrom(context, event.issuedAt, event) : {};

/** Makes delays count from this event. If the clock was set back, ends the pause. */
export function setNow(step: Step): Change {
  const now = timeOf(step);
  const { retryAt, retryFrom } = step.context;
  return { now, retryAt: now < retryFrom ? 0 : retryAt };
}

/** Ends the pause, so that the next attempt starts at once. Keeps a pause that the server asked for. */
export function cutPause(step: Step): Change {
  const now = timeOf(step);
  return { now, retryAt: askedPauseLeft(step.context, now) > 0 ? step.context.retryAt : 0 };
}

export const endPause = ({ context: { now, retryAt } }: Step): Change => ({ now: Math.max(now, retryAt) });

export const reachDue = ({ context: { now, dueAt } }: Step): Change => ({ now: dueAt ?? now });

export const reachExpiry = ({ context: { expiresAt, retryAt } }: Step): Change => ({
  now: expiresAt ?? retryAt,
});

export const reachLongestDelay = ({ context: { now } }: Step): Change => ({ now: now + longestDelay });

export const setDueAt = ({ event }: Step): Change =>
  event.type === 'clock.woke' ? { now: event.at, dueAt: event.dueAt } : {};

export function markRefused(step: Step): Change {
  const now = timeOf(step);
  return { expiresAt: Math.min(step.context.expiresAt ?? now, now) };
}

const failureOf = ({ status, code, explanation }: Verdicted): Failure => ({
  ...unavailable,
  status,
  serverCode: code,
  explanation,
});

export function countFailure({ context, event }: Step): Change {
  if (event.type !== 'server.rateLimited' && event.type !== 'server.unavailable') return {};
  const { at, failures = context.failures + 1 } = event;
  return {
    now: at,
    attempt: context.attempt + 1,
    failures,
    retryAt: at + pauseAfter(event),
    retryFrom: at,
    retryIsAsked: (event.retryAfter ?? 0) > 0,
    answerLost: context.answerLost || event.answerLost === true,
    failure: failureOf(event),
  };
}

/** Plans the next attempt to tell the server of the logout. */
export const countLogoutFailure = ({ context, event }: Step): Change =>
  event.type === 'logout.failed'
    ? {
        now: event.at,
        attempt: context.attempt + 1,
        retryAt: event.at + pauseAfter(event),
        retryFrom: event.at,
      }
    : {};

/** Applies the pause of a refresh that failed in another tab. */
export function joinFailure({ event }: Step): Change {
  if (event.type !== 'peer.refreshFailed') return {};
  const { failures, retryAt, failedAt, isAsked } = event;
  return {
    failures,
    retryAt,
    retryFrom: failedAt,
    retryIsAsked: isAsked,
    failure: failureOf(event),
  };
}

export const countAttempt = ({ context }: Step): Change => ({ attempt: context.attempt + 1 });

export const countBreakdown = ({ context, event }: Step): Change =>
  event.type === 'refresh.failed'
    ? { now: event.at, failures: context.failures + 1, failure: event.failure }
    : {};

/** Delays the next refresh until the token has expired, since another attempt now would fail as well. */
export const waitForExpiry = ({ context: { now, expiresAt, retryAt } }: Step): Change => ({
  retryAt: expiresAt ?? retryAt,
  retryFrom: now,
  retryIsAsked: false,
});

export const endRound = ({ context }: Step): Change => ({ rounds: context.rounds + 1 });

export const setStepUp = ({ event }: Step): Change =>
  event.type === 'server.stepUpRequired'
    ? { stepUp: { acrValues: event.acrValues ?? null, maxAge: event.maxAge ?? null } }
    : {};

/** The user has signed in again, or no request waits for it any more. */
export const dropStepUp = (): Change => ({ stepUp: null, isChallenged: false });

export const setEnding = ({ event }: Step): Change =>
  event.type === 'limit.near' ? { ending: { reason: event.reason, endsAt: event.endsAt } } : {};

export const setFailure = ({ event }: Step): Change => ({
  failure: 'failure' in event ? event.failure : unavailable,
});

export const setOnline = ({ event }: Step): Change => ({ online: event.type === 'network.online' });

export const setVisible = ({ event }: Step): Change => ({ visible: event.type === 'page.shown' });

export const noteLostAnswer = ({ context, event }: Step): Change => ({
  answerLost: context.answerLost || (event.type === 'lock.acquired' && event.answerLost),
});

export const setReason = (step: Step): Change => ({
  reason: reasonOf(step),
  failure: null,
  ending: null,
  ...dropStepUp(),
  dueAt: null,
  expiresAt: null,
});
