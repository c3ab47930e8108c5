import { restContract } from '../../../src/index.ts';

export const simpleJwt = restContract<{ id: string }, { username: string; password: string }>({
  login: 'api/token/',
  refresh: 'api/token/refresh/',
  logout: 'api/token/blacklist/',
  grant: {
    accessToken: 'access',
    refreshToken: 'refresh',
    user: (_body, claims) => ({ id: String(claims['user_id']) }),
  },
});
