import {
  canDefer,
  hasAttempts,
  isAboutCurrent,
  isDue,
  isGood,
  isLate,
  isNewer,
  isSameSession,
  isWithin,
  logoutAttempts,
  longestDelay,
  mustDefer,
  offlinePause,
  pauseLeft,
  refreshesAhead,
  shortestCooldown,
  timeOf,
  type Step,
} from './rules.ts';
import { endingVerdicts } from './types.ts';

export const isCurrent = (step: Step): boolean => isAboutCurrent(step);

export const isThisSession = (step: Step): boolean => isSameSession(step);

/** Whether an event is about this session, and not about tokens from before the user has signed in again. */
export const isThisSignIn = (step: Step): boolean =>
  isSameSession(step) &&
  !('generation' in step.event && step.event.generation < step.context.firstGeneration);

export const isOtherSession = (step: Step): boolean => !isSameSession(step);

export const isNewerGrant = (step: Step): boolean =>
  !isSameSession(step) || ('generation' in step.event && step.event.generation > step.context.generation);

/** Whether another tab has new tokens of this session without a new sign-in. */
export const isRefreshedElsewhere = (step: Step): boolean => {
  const { context, event } = step;
  const isNewer = 'issuedAt' in event && event.generation > context.generation;
  return isNewer && isSameSession(step) && (event.signIns ?? 0) === context.signIns;
};

/** A refusal right after a refresh is ignored, since another refresh would not help. It counts if there is no refresh. */
export const isRefused = (step: Step): boolean => {
  const { canRefresh, cooldown, cooldownUntil } = step.context;
  const isBrandNew = isWithin(timeOf(step), cooldownUntil, Math.max(cooldown, shortestCooldown));
  return isAboutCurrent(step) && !(canRefresh && isBrandNew);
};

export const isStepUpHeld = (step: Step): boolean => step.context.holdsStepUp && isAboutCurrent(step);

export const isStepUpPending = ({ context }: Step): boolean => context.stepUp !== null;

export const isStepUpChallenged = ({ context }: Step): boolean => context.isChallenged;

export const canRevoke = ({ context }: Step): boolean => context.canRevoke;

export const canRevokeThis = (step: Step): boolean => canRevoke(step) && isSameSession(step);

/** Whether the server may know a session that is not known here. */
export const canRevokeCookie = ({ context }: Step): boolean =>
  context.canRevoke && context.silentSignIn === true;

/** Whether to tell the server of this logout once more. Without a network, the session keeps trying. */
export const isLogoutRetried = (step: Step): boolean => {
  const { attempt, online } = step.context;
  const isCutOff = !online && 'status' in step.event && step.event.status === null;
  return isAboutCurrent(step) && (attempt + 1 < logoutAttempts || isCutOff);
};

/** Whether `refresh` may restore a session that the store does not hold, and no logout is still to be told to the server. */
export const canSignInSilently = ({ context, event }: Step): boolean =>
  context.silentSignIn === true && !(event.type === 'store.empty' && event.isLogoutPending === true);

export const hasFailure = ({ context }: Step): boolean => context.failure !== null;

/** A verdict that would end a session ends a sign-in that has a second step. */
export const isSignInOver = ({ event }: Step): boolean =>
  event.type === 'login.failed' && endingVerdicts.some((verdict) => verdict === event.failure?.verdict);

export const isSignInOpen = (step: Step): boolean => !isSignInOver(step);

export const hasNoRefresh = ({ context }: Step): boolean => !context.canRefresh;

export const isProactive = ({ context }: Step): boolean => refreshesAhead(context);

/** While the platform reports that it is offline, only requests start a refresh; timers and waking do not. */
export const isTimely = ({ context }: Step): boolean => refreshesAhead(context) && context.online;

export const isOffline = ({ context }: Step): boolean => !context.online;

export const isOverdue = ({ context }: Step): boolean => isDue(context, context.now);

/** If the server refreshes live tokens only, a due token cannot wait for the next request. */
export const isUrgent = (step: Step): boolean =>
  step.context.refreshesLiveTokensOnly && isOverdue(step) && isTimely(step);

export const isFarFromDue = ({ context: { dueAt, now } }: Step): boolean =>
  dueAt === null || dueAt - now > longestDelay;

export const isTooLate = (step: Step): boolean => isLate(step.context, timeOf(step));

export const isTooEarly = ({ context }: Step): boolean => pauseLeft(context, context.now) > 0;

export const isDeferrable = (step: Step): boolean => canDefer(step.context, timeOf(step));

export const isDeferrableWhenDue = ({ context }: Step): boolean =>
  canDefer(context, context.dueAt ?? context.now);

const isDueAfterSleep = ({ event }: Step) => event.type === 'clock.woke' && isDue(event, event.at);

export const isDueOnWaking = (step: Step): boolean => isDueAfterSleep(step) && isTimely(step);

export const isDeferredOnWaking = (step: Step): boolean => isDueAfterSleep(step) && isDeferrable(step);

export const isPutOff = (step: Step): boolean => mustDefer(step.context, timeOf(step));

export const isDueAndPutOff = (step: Step): boolean =>
  step.context.canRefresh && isDue(step.context, timeOf(step)) && isPutOff(step);

export const canRefreshNow = (step: Step): boolean => step.context.canRefresh && !isPutOff(step);

export const isTokenGood = (step: Step): boolean => isGood(step.context, timeOf(step));

export const isStillFresh = (step: Step): boolean => isTokenGood(step) && !isDue(step.context, timeOf(step));

export const hasAttemptsLeft = (step: Step): boolean =>
  hasAttempts(step, step.context.retryAt - step.context.now);

/** The call got no response and the platform reports that it is offline, so it will also report when it is online. */
export const isCutOff = (step: Step): boolean =>
  !step.context.online &&
  step.context.failure?.status === null &&
  step.event.type !== 'server.rateLimited' &&
  hasAttempts(step, offlinePause);

/** Whether a refresh of the current tokens failed in another tab and this tab did not know. */
export const isNewFailure = (step: Step): boolean =>
  step.event.type === 'peer.refreshFailed' &&
  isAboutCurrent(step) &&
  isNewer(step.event, step.context.retryFrom);

/** Whether this tab would have refreshed next: timers fire early at random, by at most half of the leeway. */
export const isNearlyDue = (step: Step): boolean => {
  const { dueAt, expiresAt } = step.context;
  const at = timeOf(step);
  if (dueAt === null || !isNewFailure(step) || !isGood(step.context, at)) return false;
  return dueAt - at <= ((expiresAt ?? dueAt) - dueAt) / 2;
};
