import { restContract } from '../../../src/index.ts';

interface User {
  id: string;
  email: string;
}

/** A code in the body names the problem. The refresh token is sent as a bearer token, with the user's data in the body. */
export const coded = restContract<User, { username: string; password: string }>({
  login: 'member/login',
  refresh: {
    path: 'member/token/refresh',
    bearer: ({ refreshToken }) => refreshToken,
    body: ({ user }) => ({ id: user?.id, email: user?.email }),
  },
  // The response to a refresh has no `id`: keep the user.
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
