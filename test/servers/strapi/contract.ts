import { restContract } from '../../../src/index.ts';

export const strapi = restContract<{ id: number }, { identifier: string; password: string }>({
  login: 'auth/local',
  refresh: 'auth/refresh',
  logout: { path: 'auth/logout', bearer: ({ accessToken }) => accessToken },
  logoutNeedsFreshToken: true,
  grant: { accessToken: 'jwt' },
  errorCode: 'error.message',
  errorCodes: { 'Invalid identifier or password': 'invalidCredentials' },
});
