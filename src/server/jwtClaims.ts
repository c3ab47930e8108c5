/** The claims of a JWT (RFC 7519, section 4). */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** Reads the claims of a JWT, without verifying its signature. Returns `undefined` if the token is not a JWT. */
export function jwtClaims(accessToken: string): JwtClaims | undefined {
  try {
    const [, claims = '', signature] = accessToken.split('.');
    if (signature === undefined) return undefined;
    const binary = atob(claims.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(binary, (byte) => byte.charCodeAt(0));
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    // The token is not a JWT.
    return undefined;
  }
}
