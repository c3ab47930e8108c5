import { cookieContract } from '../../../src/index.ts';

interface User {
  id: string;
  username: string;
}

/** The tokens are in cookies that no script can read. Requests that change data repeat a CSRF cookie in a header. */
export const cookie = cookieContract<User, { username: string; password: string }>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  logout: 'auth/logout',
  csrf: { header: 'X-CSRF-Token', cookie: 'csrf' },
  // The call is refused, not the token in it. So this code does not end the session, even at the refresh endpoint.
  errorCodes: { CSRF: 'forbidden' },
});
