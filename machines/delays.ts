import { longestDelay, offlinePause, timer, type Step } from './rules.ts';

export const refreshDue = ({ context: { dueAt, now } }: Step): number =>
  timer(dueAt === null ? longestDelay : dueAt - now);

/** Provided: the pause that came with the failure, and nothing else. */
export const backoff = ({ context: { retryAt, now, attempt } }: Step): number =>
  timer(retryAt - now || 500 * 2 ** (attempt - 1));

export const offlineRetry = ({ context: { retryAt, now } }: Step): number =>
  timer(Math.max(retryAt - now, offlinePause));

export const restoreTimeout = ({ context }: Step): number => timer(context.restoreTimeout ?? 30_000);

/** Provided, with jitter. A refresh that failed early is tried again after half of what is left of the token. */
export const retryDue = ({ context: { expiresAt, retryAt, now } }: Step): number =>
  timer(Math.max(retryAt - now, ((expiresAt ?? now) - now) / 2, offlinePause));

/** Provided, with jitter. */
export const tokenExpiry = ({ context: { expiresAt, now } }: Step): number =>
  timer(expiresAt === null ? longestDelay : expiresAt - now);
