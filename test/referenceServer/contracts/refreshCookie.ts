import { cookieRequests, restContract } from '../../../src/index.ts';

interface User {
  id: string;
  username: string;
}

/** The access token is in the response, the refresh token in a cookie that no script can read. */
export const refreshCookie = restContract<User, { username: string; password: string }>({
  login: 'auth/login',
  refresh: { path: 'auth/refresh', body: () => undefined },
  logout: { path: 'auth/logout', body: () => undefined },
  cookies: cookieRequests({ credentials: 'include' }),
  silentSignIn: true,
});
