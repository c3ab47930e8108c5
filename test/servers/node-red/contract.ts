import { formEncoding, restContract, withUser } from '../../../src/index.ts';

const client = { client_id: 'node-red-admin', grant_type: 'password', scope: '*' };
const bearer = ({ accessToken }: { accessToken: string | null }) => accessToken;
const contract = restContract<{ username: string }, { username: string; password: string }>({
  login: { path: 'auth/token', body: ({ credentials }) => ({ ...client, ...credentials }) },
  logout: { path: 'auth/revoke', bearer, body: ({ accessToken }) => ({ token: accessToken }) },
  encoding: formEncoding(),
});
const read = ({ user }: { user: { username: string } }) => user;
export const nodeRed = withUser(contract, { path: 'settings', read });
