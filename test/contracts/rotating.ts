import { restContract } from '../../src/index.ts';

interface User {
  id: string;
  username: string;
}

/** Both tokens are replaced at every refresh, and a refresh token that is used twice ends the session. */
export const rotating = restContract<User, { username: string; password: string }>({
  login: 'auth/login',
  refresh: 'auth/refresh',
});
