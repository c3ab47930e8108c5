import { restContract } from '../../src/index.ts';

/** 403 says that a token is no good, or, as only the text tells, that it is not enough. Logs out at the server. */
export const express = restContract<never, { username: string; password: string }>({
  login: 'login',
  refresh: 'token',
  logout: 'logout',
  errorCodes: { 401: 'accessTokenMissing', 403: 'accessTokenExpired', 'Not allowed': 'forbidden' },
});
