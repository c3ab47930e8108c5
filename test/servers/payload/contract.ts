import { restContract } from '../../../src/index.ts';

const bearer = ({ accessToken }: { accessToken: string | null }) => accessToken;
export const payload = restContract<{ id: string }, { email: string; password: string }>({
  login: 'users/login',
  refresh: { path: 'users/refresh-token', bearer, grant: { accessToken: 'refreshedToken' } },
  logout: { path: 'users/logout', bearer },
  grant: { accessToken: 'token', expiresAt: 'exp' },
  refreshesLiveTokensOnly: true,
});
