import { check, expectMembers, type Kind } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import type { StoredRecord, StoredSession } from './recordTypes.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import { isEnded } from './storedRecord.ts';
import { createSealer, type EncryptionKey, type Sealer } from './sealer.ts';
import { wrapped } from './wrapped.ts';

/** Options of {@link encryptedStore}. */
export interface EncryptedStoreOptions {
  /**
   * The keys: 32 random bytes, or a `CryptoKey` for AES-GCM that may encrypt and decrypt. The first one encrypts, and all
   * decrypt. To replace a key, put the new one first and keep the old one: each write encrypts with the new one.
   */
  readonly keys: readonly EncryptionKey[];
}

/**
 * Encrypts the tokens and the user of each record, with AES-GCM of the Web Crypto API, before another store keeps it. The ids,
 * generations and times of a record stay readable, since the lock and other sessions need them. A record with another key, id
 * or generation than the one that was encrypted cannot be decrypted.
 *
 * If no key fits, the session does not find a user, and emits `store.failed`. The record stays as it is, until a user signs in.
 *
 * @param store - the store that keeps the encrypted records
 * @throws {InvalidOptionError} `store` is not a store, or a key is not one
 *
 * @example
 * ```ts
 * import { createSession, encryptedStore, indexedDbStore } from 'sessionchart';
 *
 * const key = crypto.getRandomValues(new Uint8Array(32)); // keep it where only your application can read it
 * const session = createSession({ baseUrl, server, store: encryptedStore(indexedDbStore(), { keys: [key] }) });
 * ```
 */
export function encryptedStore<User = never>(
  store: SessionStore<User>,
  options: EncryptedStoreOptions,
): SessionStore<User> {
  expectMembers('store', store, ['read', 'update', 'lock', 'watch']);
  const sealer = createSealer(readKeys(options));
  return Object.assign(wrapped(store), {
    read: async (key: string) => openRecord(sealer, key, await store.read(key)),
    update: (key: string, decide: Decide<User>) => update(store, sealer, key, decide),
  });
}

const list: Kind<readonly unknown[]> = {
  expected: 'an array with at least one key',
  includes: (value): value is readonly unknown[] => Array.isArray(value) && value.length > 0,
};

function readKeys(options: EncryptedStoreOptions): readonly EncryptionKey[] {
  expectMembers('options', options, ['keys'], list);
  return options.keys.map((key, index) => {
    const option = `options.keys[${index}]`;
    const expected = 'a CryptoKey, or a Uint8Array of 32 bytes';
    if (!(key instanceof Uint8Array)) {
      return check(option, key, { expected, includes: isCryptoKey, show: kindOf });
    }
    if (key.byteLength !== 32) throw new InvalidOptionError(option, expected, `${key.byteLength} bytes`);
    return new Uint8Array(key);
  });
}

function isCryptoKey(value: unknown): value is CryptoKey {
  return typeof value === 'object' && value !== null && 'algorithm' in value && 'usages' in value;
}

/** What a record says about the tokens without a key. */
type Envelope<User> = StoredSession<User> & { readonly accessToken: null; readonly refreshToken: string };

/** The fields that are encrypted. */
type Secrets<User> = Pick<StoredSession<User>, 'accessToken' | 'refreshToken' | 'secrets' | 'user'>;

/** Decrypts a record. One that was stored before the encryption is returned as it is. @throws no key fits */
async function openRecord<User>(
  sealer: Sealer,
  key: string,
  stored: StoredRecord<User> | null,
): Promise<StoredRecord<User> | null> {
  if (stored === null || isEnded(stored) || !isSealed(sealer, stored)) return stored;
  const secrets: unknown = JSON.parse(await sealer.open(stored.refreshToken, nameIn(key, stored)));
  return isSecrets<User>(secrets) ? { ...stored, ...secrets } : null;
}

/** The session validates each record, so the fields are not checked here. */
function isSecrets<User>(value: unknown): value is Secrets<User> {
  return typeof value === 'object' && value !== null && 'accessToken' in value && 'refreshToken' in value;
}

function isSealed<User>(sealer: Sealer, record: StoredSession<User>): record is Envelope<User> {
  return record.accessToken === null && record.refreshToken !== null && sealer.isSealed(record.refreshToken);
}

async function sealRecord<User>(
  sealer: Sealer,
  key: string,
  record: StoredRecord<User>,
): Promise<StoredRecord<User>> {
  if (isEnded(record)) return record;
  const { accessToken, refreshToken, secrets, user, ...rest } = record;
  const text = JSON.stringify({ accessToken, refreshToken, secrets, user });
  const sealed = await sealer.seal(text, nameIn(key, record));
  return { ...rest, accessToken: null, refreshToken: sealed, user: null };
}

/** What cannot be changed without the key: a record that is copied to the key of another session cannot be opened there. */
function nameIn<User>(key: string, { api, sessionId, generation }: StoredSession<User>): string {
  return JSON.stringify([key, api ?? null, sessionId, generation]);
}

/**
 * `decide` is synchronous and Web Crypto is not. So the record is read and decrypted first, and the result is encrypted. It is
 * written if the record is still the same, otherwise `decide` is called again. It also decides again inside the update,
 * since only there a lock that another session has got meanwhile is known.
 */
async function update<User>(
  store: SessionStore<User>,
  sealer: Sealer,
  key: string,
  decide: Decide<User>,
): Promise<StoredRecord<User> | null> {
  for (;;) {
    const before = await store.read(key);
    const textBefore = JSON.stringify(before);
    const found = await openRecord(sealer, key, before).catch((error: unknown) => ({ error }));
    const isLost = found !== null && 'error' in found;
    const ask = () => decide(isLost ? undefined : found);
    const next = ask();
    if (next === undefined) {
      if (isLost) throw found.error;
      return found;
    }
    const sealed = await sealRecord(sealer, key, next);
    const written = { isSame: false, isDone: false };
    await store.update(key, (current) => {
      written.isSame = current === undefined || JSON.stringify(current) === textBefore;
      // Asked again in the step of the write: the session may have lost its lock in the meantime.
      written.isDone = written.isSame && ask() !== undefined;
      return written.isDone ? sealed : undefined;
    });
    if (written.isDone) return next;
    if (written.isSame) return isLost ? null : found;
  }
}
