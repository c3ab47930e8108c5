import { randomBytes, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';

export interface AccessClaims {
  readonly userId: string;
  /** The time of expiry, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The user's `access_epoch` when it was issued. */
  readonly epoch: number;
  /** The user's `token_version` when it was issued. */
  readonly version: number;
}

/** Signs access tokens with its own secret, and reads their claims. */
export function createJwtSigner(now: () => number) {
  const secret = randomBytes(32);

  async function readPayload(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ['HS256'],
        currentDate: new Date(now()),
      });
      return payload;
    } catch (error) {
      // jose has verified the signature; the caller handles the expiry.
      return error instanceof errors.JWTExpired ? error.payload : undefined;
    }
  }

  return {
    sign: ({ userId, expiresAt, epoch, version }: AccessClaims): Promise<string> =>
      new SignJWT({ epoch, version })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(now() / 1000)
        .setExpirationTime(expiresAt / 1000)
        .sign(secret),

    /** The claims of a token with a valid signature, expired or not. */
    async read(token: string): Promise<AccessClaims | undefined> {
      const payload = await readPayload(token);
      if (payload?.sub === undefined || payload.exp === undefined) return undefined;
      return {
        userId: payload.sub,
        expiresAt: Math.round(payload.exp * 1000),
        epoch: Number(payload['epoch']),
        version: Number(payload['version']),
      };
    },
  };
}
