import { restContract } from '../../../src/index.ts';

/** Only this message means that the token has expired. A refresh returns the token in a header, with an empty body. */
export const header = restContract<never, { username: string; password: string }>({
  login: 'auth/login',
  refresh: 'auth/reissue',
  grant: { accessTokenHeader: 'Authorization' },
  errorCodes: { '토큰이 만료되었습니다.': 'accessTokenExpired', 401: 'none' },
});
