import type { SessionEvent } from '../../machines/index.ts';
import { hasCode } from '../errors/hasCode.ts';
import type { CallFailure } from '../server/judgeFailure.ts';

/** The event for a refresh that failed, and that would fail again. */
export function failureEvent(
  error: unknown,
  at: number,
  { status, code, explanation }: Pick<CallFailure, 'status' | 'code' | 'explanation'> = {
    status: null,
    code: null,
  },
): SessionEvent {
  const errorCode = hasCode(error, 'ERR_MALFORMED_GRANT') ? error.code : 'ERR_REFRESH_UNAVAILABLE';
  return {
    type: 'refresh.failed',
    at,
    failure: { code: errorCode, status, serverCode: code, explanation },
  };
}
