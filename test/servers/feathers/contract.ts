import { restContract } from '../../../src/index.ts';

export const feathers = restContract<{ id: number }, { email: string; password: string }>({
  login: { path: 'authentication', body: ({ credentials }) => ({ strategy: 'local', ...credentials }) },
  refresh: {
    path: 'authentication',
    body: ({ accessToken }) => ({ strategy: 'jwt', accessToken }),
    errorCodes: { 404: 'accountDisabled' },
  },
  logout: { path: 'authentication', method: 'DELETE', bearer: ({ accessToken }) => accessToken },
  refreshesLiveTokensOnly: true,
});
