import { cookieContract } from '../../src/index.ts';

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
  // Not what the call carries is refused, but the call: at the refresh endpoint too this ends nothing.
  errorCodes: { CSRF: 'forbidden' },
});
