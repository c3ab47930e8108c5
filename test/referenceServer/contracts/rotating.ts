import { restContract } from '../../../src/index.ts';

interface User {
  id: string;
  username: string;
}

/** Every refresh replaces both tokens. A refresh token that is used twice ends the session. */
export const rotating = restContract<User, { username: string; password: string }>({
  login: 'auth/login',
  refresh: 'auth/refresh',
});
