import { jwtDecode } from 'jwt-decode';

/** The claims of a JWT (RFC 7519, section 4). */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** Reads the claims of a JWT, without verifying its signature. Returns `undefined` if the token is not a JWT. */
export function jwtClaims(accessToken: string): JwtClaims | undefined {
  try {
    const claims: unknown = jwtDecode(accessToken);
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    // The token is not a JWT.
    return undefined;
  }
}
