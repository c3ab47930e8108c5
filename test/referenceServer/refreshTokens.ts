import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { RefreshTokenRefusal } from '../../src/testing/accounts.ts';

export interface RedeemedByUser {
  readonly userId: string;
  readonly refreshToken: string;
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** The `refresh_tokens` table. It contains only hashes of the tokens. The expiry is in milliseconds. */
export function createRefreshTokenTable(database: DatabaseSync, now: () => number) {
  const find = database.prepare('SELECT * FROM refresh_tokens WHERE hash = ?');
  const insert = database.prepare(
    'INSERT INTO refresh_tokens (hash, family, user_id, expires_at) VALUES (?, ?, ?, ?)',
  );
  const markRotated = database.prepare('UPDATE refresh_tokens SET rotated = 1 WHERE hash = ?');
  const revokeFamily = database.prepare('UPDATE refresh_tokens SET revoked = 1 WHERE family = ?');
  const revokeByUser = database.prepare('UPDATE refresh_tokens SET revoked = 1 WHERE user_id = ?');
  const expireAll = database.prepare('UPDATE refresh_tokens SET expires_at = 0');
  const removeAll = database.prepare('DELETE FROM refresh_tokens');

  function issue(userId: string, expiresAt: number, family: string = randomUUID()): string {
    const token = randomBytes(32).toString('base64url');
    insert.run(hashOf(token), family, userId, expiresAt);
    return token;
  }

  function judge(token: string, rotate: boolean, expiresAt: number): RedeemedByUser | RefreshTokenRefusal {
    const hash = hashOf(token);
    const row = find.get(hash);
    if (row === undefined || row['revoked'] === 1) return 'unknown';
    const family = String(row['family']);
    const userId = String(row['user_id']);
    if (row['rotated'] === 1) {
      revokeFamily.run(family);
      return 'reused';
    }
    if (Number(row['expires_at']) <= now()) return 'expired';
    if (!rotate) return { userId, refreshToken: token };
    markRotated.run(hash);
    return { userId, refreshToken: issue(userId, expiresAt, family) };
  }

  return {
    issue: (userId: string, expiresAt: number): string => issue(userId, expiresAt),

    // IMMEDIATE takes the write lock before the row is read, so that no other process can redeem it in between.
    redeem(token: string, rotate: boolean, expiresAt: number): RedeemedByUser | RefreshTokenRefusal {
      database.exec('BEGIN IMMEDIATE');
      try {
        const judged = judge(token, rotate, expiresAt);
        database.exec('COMMIT');
        return judged;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },

    revokeFamilyOf(token: string): void {
      const row = find.get(hashOf(token));
      if (row !== undefined) revokeFamily.run(String(row['family']));
    },
    revokeByUser: (userId: string): void => void revokeByUser.run(userId),
    expireAll: (): void => void expireAll.run(),
    removeAll: (): void => void removeAll.run(),
  };
}
