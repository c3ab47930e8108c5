/** A key for AES-GCM: 32 bytes, or a `CryptoKey`. */
export type EncryptionKey = Uint8Array<ArrayBuffer> | CryptoKey;

/** Encrypts texts with the first of its keys, and decrypts them with any. */
export interface Sealer {
  /** @param context - a text that has to be the same when the sealed one is opened */
  seal(this: void, text: string, context: string): Promise<string>;
  /** @throws no key fits, or the text or its context has been changed */
  open(this: void, sealed: string, context: string): Promise<string>;
  isSealed(this: void, text: string): boolean;
}

/** The beginning of each sealed text: its format. */
const prefix = 'sealed.1.';

/** The length of the random part of each text, in bytes (NIST SP 800-38D, section 8.2.2). */
const nonceLength = 12;

const encoder = /* @__PURE__ */ new TextEncoder();

export function createSealer(keys: readonly EncryptionKey[]): Sealer {
  let imported: Promise<readonly CryptoKey[]> | null = null;
  const importedKeys = () => (imported ??= Promise.all(keys.map(importKey)));

  return {
    isSealed: (text) => text.startsWith(prefix),
    async seal(text, context) {
      const [key] = await importedKeys();
      if (key === undefined) throw new Error('There is no key');
      const iv = crypto.getRandomValues(new Uint8Array(nonceLength));
      const additionalData = encoder.encode(context);
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData },
        key,
        encoder.encode(text),
      );
      return prefix + toBase64([...iv, ...new Uint8Array(sealed)]);
    },
    async open(sealed, context) {
      const bytes = fromBase64(sealed.slice(prefix.length));
      const [iv, data] = [bytes.slice(0, nonceLength), bytes.slice(nonceLength)];
      const additionalData = encoder.encode(context);
      for (const key of await importedKeys()) {
        try {
          const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, data);
          return new TextDecoder().decode(opened);
        } catch {
          // The next key may fit.
        }
      }
      throw new Error('No key of `encryptedStore` fits the stored record');
    },
  };
}

async function importKey(key: EncryptionKey): Promise<CryptoKey> {
  if (!(key instanceof Uint8Array)) return key;
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function toBase64(bytes: readonly number[]): string {
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
