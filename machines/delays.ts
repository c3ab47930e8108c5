import { longestDelay, offlinePause, timer, type Step } from './rules.ts';

export const refreshDue = ({ context: { dueAt, now } }: Step): number =>
  timer(dueAt === null ? longestDelay : dueAt - now);

/** `createSession` replaces this delay with the pause in the context alone. */
export const backoff = ({ context: { retryAt, now, attempt } }: Step): number =>
  timer(retryAt - now || 500 * 2 ** (attempt - 1));

export const offlineRetry = ({ context: { retryAt, now } }: Step): number =>
  timer(Math.max(retryAt - now, offlinePause));

export const restoreTimeout = ({ context }: Step): number => timer(context.restoreTimeout ?? 30_000);

/** `createSession` adds jitter. A proactive refresh that failed is retried after half of the token's remaining lifetime. */
export const retryDue = ({ context: { expiresAt, retryAt, now } }: Step): number =>
  timer(Math.max(retryAt - now, ((expiresAt ?? now) - now) / 2, offlinePause));

/** `createSession` adds jitter. */
export const tokenExpiry = ({ context: { expiresAt, now } }: Step): number =>
  timer(expiresAt === null ? longestDelay : expiresAt - now);
