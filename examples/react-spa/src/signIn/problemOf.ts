import { isIdentityChangedError, isLoggedOutError, isLoginFailedError } from 'sessionchart';

/** The message for a sign-in that has failed, or `null` if another sign-in or a sign-out replaced it. */
export function problemOf(error: unknown): string | null {
  if (isIdentityChangedError(error) || isLoggedOutError(error)) return null;
  if (!isLoginFailedError(error)) return 'Something went wrong. Please try again.';
  switch (error.status) {
    case 401:
      return 'Incorrect user name or password.';
    case 429:
      return 'Too many attempts. Please wait a minute.';
    case null:
      return 'The server cannot be reached. Check your connection.';
    default:
      return `The server has a problem (status ${error.status}). Please try again in a moment.`;
  }
}
