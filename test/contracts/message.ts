import { restContract } from '../../src/index.ts';

/** Of all 401s only `invalid JWT` is about the token. A refresh has succeeded where the status is 201. */
export const message = restContract<never, { username: string; password: string }>({
  login: 'auth/login',
  refresh: { path: 'auth/refresh', success: 201 },
  errorCodes: { 'invalid JWT': 'accessTokenExpired', 401: 'none' },
});
