import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';

/** The thumbprint of the key with which a proof is signed (RFC 7638), or `null` without a proof. */
export async function thumbprintOf(proof: string | null): Promise<string | null> {
  if (proof === null) return null;
  const { jwk } = decodeProtectedHeader(proof);
  return jwk === undefined ? null : calculateJwkThumbprint(jwk);
}
