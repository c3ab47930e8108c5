import { formEncoding, restContract } from '../../../src/index.ts';

const path = 'oauth/token';
export const nodeOauth = restContract<never, { username: string; password: string }>({
  login: { path, body: ({ credentials }) => ({ grant_type: 'password', ...credentials }) },
  refresh: {
    path,
    body: ({ refreshToken }) => ({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  },
  encoding: formEncoding({ client: { id: 'web', sentIn: 'body' } }),
});
