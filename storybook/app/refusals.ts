import { sessionErrorOf, type ErrorCode } from 'sessionchart';

const words: Partial<Record<ErrorCode, string>> = {
  ERR_SESSION_EXPIRED: 'please sign in again',
  ERR_LOGGED_OUT: 'you have signed out',
  ERR_NOT_AUTHENTICATED: 'please sign in first',
  ERR_REFRESH_UNAVAILABLE: 'the server cannot be reached now; you stay signed in',
  ERR_HOLD_TIMEOUT: 'it took too long',
  ERR_HOLD_LIMIT: 'too many requests are waiting',
  ERR_IDENTITY_CHANGED: 'it belongs to another user',
};

/** Why a request failed, as text for the user. */
export function whyNot(error: unknown): string {
  const cause = sessionErrorOf(error);
  return `Refused: ${(cause && words[cause.code]) ?? 'something went wrong'}.`;
}
