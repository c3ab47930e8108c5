import { restContract } from '../../../src/index.ts';

/** 401 means no token, 403 a bad token. A 403 with the text `Not allowed` means a missing permission. */
export const express = restContract<never, { username: string; password: string }>({
  login: 'login',
  refresh: 'token',
  logout: 'logout',
  errorCodes: { 401: 'accessTokenMissing', 403: 'accessTokenExpired', 'Not allowed': 'forbidden' },
});
