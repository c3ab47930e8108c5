import { restContract } from 'sessionchart';

export interface User {
  readonly id: string;
  readonly name: string;
}

/** The contract that the page and the worker share. */
export const server = restContract<User, { password: string }>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  logout: 'auth/logout',
  errorCodes: { EXPIRED: 'accessTokenExpired', USED: 'refreshTokenReused' },
});
