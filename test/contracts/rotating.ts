import { restContract } from '../../src/index.ts';

/** Both tokens are replaced at every refresh, and a refresh token that is used twice ends the session. */
export const rotating = restContract<
  { id: string; username: string },
  { username: string; password: string }
>({
  login: 'auth/login',
  refresh: 'auth/refresh',
});
