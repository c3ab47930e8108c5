import { restContract } from '../../src/index.ts';

interface User {
  id: string;
  email: string;
}

/** A code says what is wrong. The refresh token travels as a bearer token, beside the user's own data. */
export const coded = restContract<User, { username: string; password: string }>({
  login: 'member/login',
  refresh: {
    path: 'member/token/refresh',
    bearer: ({ refreshToken }) => refreshToken,
    body: ({ user }) => ({ id: user?.id, email: user?.email }),
  },
  // A refresh answers without `id`: the user stays.
  grant: { user: ({ id, email }: Partial<User>) => (id && email ? { id, email } : undefined) },
  errorCodes: {
    'T-001': 'accessTokenInvalid',
    'T-002': 'accessTokenExpired',
    'T-003': 'refreshTokenExpired',
    'T-004': 'accessTokenMissing',
    'T-005': 'subjectMismatch',
    'P-001': 'forbidden',
  },
});
