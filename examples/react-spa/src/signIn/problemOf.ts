import { isIdentityChangedError, isLoggedOutError, isLoginFailedError } from 'sessionchart';

/** What to tell somebody whose sign-in has failed; `null` where it was overtaken and nobody waits for it. */
export function problemOf(error: unknown): string | null {
  if (isIdentityChangedError(error) || isLoggedOutError(error)) return null;
  if (!isLoginFailedError(error)) return 'Something went wrong. Please try again.';
  switch (error.status) {
    case 401:
      return 'This user name and this password do not belong together.';
    case 429:
      return 'Too many attempts. Please wait a minute.';
    case null:
      return 'The server cannot be reached. Are you online?';
    default:
      return `The server is in trouble (status ${error.status}). Please try again in a moment.`;
  }
}
