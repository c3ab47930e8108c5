import { jwtClaims } from './jwtClaims.ts';

/**
 * Reads when a JWT expires: its `exp`, in seconds since the epoch by the server's clock (RFC 7519, section 4.1.4).
 * Returns `undefined` if the token is not a JWT or has no `exp`. Does not verify the signature: that is up to the API.
 *
 * @example
 * ```ts
 * import { jwtExpiresAt, restContract } from 'sessionchart';
 *
 * const server = restContract({
 *   login: 'auth/login',
 *   refresh: 'auth/refresh',
 *   grant: { expiresAt: jwtExpiresAt },
 * });
 * ```
 */
export function jwtExpiresAt(accessToken: string): number | undefined {
  const exp = jwtClaims(accessToken)?.['exp'];
  return typeof exp === 'number' && Number.isFinite(exp) ? exp : undefined;
}
