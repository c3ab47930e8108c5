import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { hash, verify } from '@node-rs/argon2';
import type { Account, TestUser } from '../../src/testing/accounts.ts';

/** The cost of an argon2id hash: memory in KiB, passes, lanes. */
export interface Argon2Cost {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** The cost that OWASP's Password Storage Cheat Sheet recommends. */
export const soundArgon2Cost: Argon2Cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface StoredUser {
  readonly account: Account;
  readonly disabled: boolean;
  readonly epoch: number;
  readonly version: number;
  readonly passwordHash: string;
}

function readUser(row: Record<string, SQLOutputValue> | undefined): StoredUser | undefined {
  if (row === undefined) return undefined;
  return {
    account: { id: String(row['id']), username: String(row['username']), email: String(row['email']) },
    disabled: row['disabled'] === 1,
    epoch: Number(row['access_epoch']),
    version: Number(row['token_version']),
    passwordHash: String(row['password_hash']),
  };
}

/** Creates the `users` table with `users`, whose passwords are stored as argon2id hashes. */
export async function createUserTable(database: DatabaseSync, users: readonly TestUser[], cost: Argon2Cost) {
  const insert = database.prepare(
    `INSERT INTO users (id, username, email, password_hash) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE
     SET username = excluded.username, email = excluded.email, password_hash = excluded.password_hash`,
  );
  const findById = database.prepare('SELECT * FROM users WHERE id = ?');
  const findByUsername = database.prepare('SELECT * FROM users WHERE username = ?');
  const list = database.prepare('SELECT id FROM users ORDER BY id');
  const disable = database.prepare('UPDATE users SET disabled = 1 WHERE id = ?');
  const enableAll = database.prepare('UPDATE users SET disabled = 0');
  const expireAll = database.prepare('UPDATE users SET access_epoch = access_epoch + 1');
  const revoke = database.prepare('UPDATE users SET token_version = token_version + 1 WHERE id = ?');

  for (const { id, username, email, password } of users) {
    insert.run(id, username, email, await hash(password, cost));
  }
  const unknownUserHash = await hash('nobody', cost);

  return {
    get(id: string): StoredUser {
      const user = readUser(findById.get(id));
      if (user === undefined) throw new Error(`No user has the id ${id}`);
      return user;
    },
    findByUsername: (username: string) => readUser(findByUsername.get(username)),
    ids: (): string[] => list.all().map((row) => String(row['id'])),

    async verifyPassword(username: string, password: string): Promise<Account | undefined> {
      const user = readUser(findByUsername.get(username));
      // Compute a hash for unknown names too, so that the response time does not reveal which users exist.
      const matches = await verify(user?.passwordHash ?? unknownUserHash, password);
      return user === undefined || user.disabled || !matches ? undefined : user.account;
    },

    disable: (id: string): void => void disable.run(id),
    enableAll: (): void => void enableAll.run(),
    expireAccessTokens: (): void => void expireAll.run(),
    revokeAccessTokens: (id: string): void => void revoke.run(id),
  };
}
