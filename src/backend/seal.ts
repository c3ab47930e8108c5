import { CompactEncrypt, compactDecrypt } from 'jose';

/** Encrypts values, so that a browser can keep them and cannot read or change them. */
export interface Seal {
  seal(this: void, value: unknown): Promise<string>;
  /** Returns `null` if no secret opens the text. */
  unseal(this: void, text: string): Promise<Unsealed | null>;
}

interface Unsealed {
  readonly value: unknown;
  /** Whether the secret that seals now is another one. */
  readonly isBySecretBefore: boolean;
}

const algorithm = { alg: 'dir', enc: 'A256GCM' } as const;

/**
 * Creates a seal: a JWE in compact form (RFC 7516, section 3.1) with AES-256-GCM.
 *
 * @param secrets - the first seals, and each of them opens
 */
export function createSeal(secrets: readonly [string, ...string[]]): Seal {
  let keys: Promise<readonly Uint8Array[]> | null = null;
  // Derived on first use: Cloudflare Workers refuse cryptography while a module is loaded.
  const keysOf = () => (keys ??= Promise.all(secrets.map(keyOf)));
  return {
    async seal(value) {
      const [key = new Uint8Array()] = await keysOf();
      const text = new TextEncoder().encode(JSON.stringify(value));
      return new CompactEncrypt(text).setProtectedHeader(algorithm).encrypt(key);
    },
    async unseal(text) {
      for (const [index, key] of (await keysOf()).entries()) {
        try {
          const { plaintext } = await compactDecrypt(text, key, {
            keyManagementAlgorithms: [algorithm.alg],
            contentEncryptionAlgorithms: [algorithm.enc],
          });
          const value: unknown = JSON.parse(new TextDecoder().decode(plaintext));
          return { value, isBySecretBefore: index > 0 };
        } catch {
          // Sealed with another secret, or changed.
        }
      }
      return null;
    },
  };
}

/** Derives a key of 256 bits from a secret (RFC 5869). The secret is random, so it needs no salt. */
async function keyOf(secret: string): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto;
  const text = new TextEncoder();
  const material = await subtle.importKey('raw', text.encode(secret), 'HKDF', false, ['deriveBits']);
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: text.encode('sessionchart cookie'),
  };
  return new Uint8Array(await subtle.deriveBits(derivation, material, 256));
}
