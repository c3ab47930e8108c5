import { restContract, twoStepLogin, type ServerContract } from '../../src/index.ts';
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
    refresh: 'auth/refresh',
    ...(setup.canRevoke && { logout: 'auth/logout' }),
    ...(setup.hasExpiresAt && { grant: { expiresAt: 'expiresAt' } }),
    errorCodes: {
      TOKEN_EXPIRED: 'accessTokenExpired',
      TOKEN_MISSING: 'accessTokenMissing',
      REFRESH_INVALID: 'refreshTokenInvalid',
      REFRESH_REUSED: 'refreshTokenReused',
      SESSION_REVOKED: 'sessionRevoked',
    },
  });
}
