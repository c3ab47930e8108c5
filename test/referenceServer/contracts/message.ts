import { restContract } from '../../../src/index.ts';

/** Only `invalid JWT` means that the token has expired. A successful refresh has the status 201. */
export const message = restContract<never, { username: string; password: string }>({
  login: 'auth/login',
  refresh: { path: 'auth/refresh', success: 201 },
  errorCodes: { 'invalid JWT': 'accessTokenExpired', 401: 'none' },
});
