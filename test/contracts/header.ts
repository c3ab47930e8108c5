import { restContract } from '../../src/index.ts';

/** Of all 401s only one message is about the token. A refresh answers with a header and an empty body. */
export const header = restContract<never, { username: string; password: string }>({
  login: 'auth/login',
  refresh: 'auth/reissue',
  grant: { accessTokenHeader: 'Authorization' },
  errorCodes: { '토큰이 만료되었습니다.': 'accessTokenExpired', 401: 'none' },
});
