import { cookieRequests, restContract, twoStepLogin, type ServerContract } from '../../src/index.ts';
import type { Setup } from './plan.ts';

export interface User {
  readonly id: string;
  readonly name?: string;
}

export type Credentials = { readonly user: string; readonly password: string } | { readonly code: string };

export const baseUrl = 'https://api.example/';

/** The contract of the server of a world. */
export function contractFor(setup: Setup): ServerContract<User, Credentials> {
  return restContract<User, Credentials>({
    login: setup.hasSecondStep
      ? twoStepLogin<Credentials>({ first: 'auth/login', second: 'auth/code', ticket: 'ticket' })
      : 'auth/login',
    ...endpointsOf(setup),
    refreshesLiveTokensOnly: setup.refreshesLiveTokensOnly,
    ...(setup.hasExpiresAt && { grant: { expiresAt: 'expiresAt' } }),
    errorCodes: {
      TOKEN_EXPIRED: 'accessTokenExpired',
      TOKEN_MISSING: 'accessTokenMissing',
      TOKEN_INVALID: 'accessTokenInvalid',
      REFRESH_EXPIRED: 'refreshTokenExpired',
      ACCOUNT_DISABLED: 'accountDisabled',
      SUBJECT_MISMATCH: 'subjectMismatch',
      REFRESH_INVALID: 'refreshTokenInvalid',
      REFRESH_REUSED: 'refreshTokenReused',
      SESSION_REVOKED: 'sessionRevoked',
    },
  });
}

type Endpoints = Pick<
  Parameters<typeof restContract<User, Credentials>>[0],
  'refresh' | 'logout' | 'cookies' | 'silentSignIn'
>;

/** With cookies, the browser keeps the refresh token, and the session can be found without a record. */
function endpointsOf({ place, hasRefresh, canRevoke }: Setup): Endpoints {
  if (place !== 'cookies')
    return { ...(hasRefresh && { refresh: 'auth/refresh' }), ...(canRevoke && { logout: 'auth/logout' }) };
  const body = () => undefined;
  return {
    refresh: { path: 'auth/refresh', body },
    ...(canRevoke && { logout: { path: 'auth/logout', body } }),
    cookies: cookieRequests(),
    silentSignIn: true,
  };
}
