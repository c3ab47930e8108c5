import { restContract, withUser } from '../../../src/index.ts';

const contract = restContract<{ id: string }, { email: string; password: string }>({
  login: 'auth/login',
  refresh: 'auth/refresh',
  logout: 'auth/logout',
  grant: { accessToken: 'data.access_token', refreshToken: 'data.refresh_token' },
});
const read = ({ data }: { data: { id: string } }) => data;
export const directus = withUser(contract, { path: 'users/me', read });
