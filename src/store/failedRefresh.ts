import type { PeerSetback } from '../../machines/index.ts';
import { isEnded } from './storedRecord.ts';
import type { FailedRefresh, StoredRecord } from './recordTypes.ts';

const longestCode = 64;

/**
 * Reads the failed refresh in a record. The input is untrusted: an invalid failure is ignored, and so is one from the
 * future, which was written before the clock was set back. Pauses are limited to `longestPause` milliseconds.
 */
export function failedRefreshIn(
  record: StoredRecord<unknown> | null,
  at: number,
  longestPause: number,
): Omit<PeerSetback, 'neededFor'> | null {
  if (record === null || isEnded(record)) return null;
  const { sessionId, generation } = record;
  const failedRefresh: unknown = record.failedRefresh;
  if (typeof failedRefresh !== 'object' || failedRefresh === null) return null;
  const { at: failedAt, retryAt, isAsked, failures, status, code } = readFields(failedRefresh);
  if (!isTime(failedAt) || failedAt > at || !isTime(retryAt) || !isCount(failures)) return null;
  return {
    sessionId,
    generation,
    at,
    failedAt,
    retryAt: Math.min(Math.max(retryAt, failedAt), failedAt + longestPause),
    isAsked: isAsked === true,
    failures,
    status: isCount(status) && status < 600 ? status : null,
    code: isCode(code) ? code : null,
  };
}

function readFields(value: object): { readonly [Field in keyof FailedRefresh]?: unknown } {
  return value;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function isCode(value: unknown): value is string | number {
  return typeof value === 'string' ? value.length <= longestCode : Number.isFinite(value);
}
