import { AsyncEntry } from '@napi-rs/keyring';
import type { SessionStore } from '../../src/index.ts';

/** How long a run waits while the system asks the user to unlock the keychain, in milliseconds. */
const limit = 120_000;

/**
 * Returns the encryption key of the signed-in user of this computer. The first call creates it. The lock of the store makes
 * sure that two first runs at the same moment do not create two keys.
 *
 * @throws {Error} the system has no keychain, or the user does not unlock it
 */
export async function keyFromKeychain(
  appName: string,
  store: Pick<SessionStore, 'lock'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const signal = AbortSignal.timeout(limit);
  try {
    // Without this option, Linux without a keychain would use a memory of the kernel, which forgets the key at a restart.
    const entry = new AsyncEntry(appName, 'session', { linux: { store: 'secret-service' } });
    return await store.lock('encryption key', () => readOrCreate(entry, signal), { signal, timeout: limit });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The keychain of the system cannot be used: ${why}`, { cause });
  }
}

async function readOrCreate(entry: AsyncEntry, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const stored = await entry.getSecret(signal);
  if (stored !== null) return Uint8Array.from(stored);
  const key = crypto.getRandomValues(new Uint8Array(32));
  await entry.setSecret(key, signal);
  return key;
}
