import { restContract } from '../../../src/index.ts';

const header = 'X-Parse-Session-Token';
export const parse = restContract<{ objectId: string }, { username: string; password: string }>({
  login: 'login',
  logout: { path: 'logout', headers: ({ accessToken }) => ({ [header]: accessToken ?? '' }) },
  grant: { accessToken: 'sessionToken', user: ({ objectId }: { objectId: string }) => ({ objectId }) },
  headers: { 'X-Parse-Application-Id': 'my-app' },
  authorize: (request, accessToken) => request.headers.set(header, accessToken),
  errorCodes: { 101: 'invalidCredentials', 209: 'accessTokenInvalid' },
});
