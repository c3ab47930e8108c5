import {
  allowInsecureRequests,
  clockSkew,
  customFetch,
  DPoP,
  generateKeyPair,
  modifyAssertion,
  protectedResourceRequest,
  type Client,
  type DPoPHandle,
} from 'oauth4webapi';
import { check, expectMembers, object } from '../errors/checks.ts';
import { randomId } from '../platform/randomId.ts';
import { defaultKeyStore, memoryKeyStore, type KeyStore } from './keyStore.ts';

/** Options of {@link dpop}. */
export interface DpopOptions {
  /** Where keys are kept. Default is IndexedDB, or memory where there is none. */
  readonly keys?: KeyStore;
}

/** Creates proofs with the key of a session. Created by {@link dpop}. */
export interface DpopKeys {
  /** Creates a key for a new session, and returns its id. */
  create(this: void): Promise<string>;
  /** Returns the proofs with a key, or `null` if it is lost. Rejects if the keys cannot be read now. */
  proofsOf(this: void, id: string, client: Client): Promise<Proofs | null>;
  delete(this: void, id: string): void;
  /** Remembers an API's nonce. Returns whether the API has refused a proof for want of it (RFC 9449, section 9). */
  observe(this: void, response: Response, url: string): boolean;
  /** Returns the same with keys that exist only in memory. */
  inMemory(this: void): DpopKeys;
}

/** The proofs of one session. */
export interface Proofs {
  /** For requests to the authorization server. It remembers that server's nonces. */
  readonly handle: DPoPHandle;
  /** Puts the token and a new proof on a request to an API (RFC 9449, section 7.1). */
  authorize(this: void, request: Request, accessToken: string): Promise<void>;
}

/**
 * Binds the tokens of a session to a key that no script can read (RFC 9449): a stolen token cannot be used without it. All
 * tabs of the session share the key, and it is deleted when the session ends.
 *
 * @throws {InvalidOptionError} `keys` is no key store
 *
 * @example
 * ```ts
 * import { dpop, oauth } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'shop', redirectUri: '/callback', dpop: dpop() });
 * ```
 */
export function dpop(options: DpopOptions = {}): DpopKeys {
  check('options', options, object);
  const { keys } = options;
  if (keys !== undefined) expectMembers('keys', keys, ['get', 'set', 'delete']);
  let opened: KeyStore | null = null;
  const store = () => (opened ??= keys ?? defaultKeyStore());
  const known = new Map<string, Promise<Proofs | null>>();
  /** The last nonce of each API, by its origin. */
  const nonces = new Map<string, string>();

  async function find(id: string, client: Client): Promise<Proofs | null> {
    const pair = await store().get(id);
    return pair === undefined ? null : createProofs(pair, client, nonces);
  }

  return {
    async create() {
      const id = randomId();
      await store().set(id, await generateKeyPair('ES256'));
      return id;
    },
    async proofsOf(id, client) {
      const proofs = known.get(id) ?? find(id, client);
      known.set(id, proofs);
      try {
        const found = await proofs;
        if (found === null) known.delete(id);
        return found;
      } catch (error) {
        known.delete(id);
        throw error;
      }
    },
    delete(id) {
      known.delete(id);
      store()
        .delete(id)
        .catch(() => undefined);
    },
    observe({ status, headers }, url) {
      const { origin } = new URL(url);
      const nonce = headers.get('dpop-nonce');
      if (nonce === null) return false;
      // Parallel requests without a nonce are all refused, and all get the same one.
      nonces.set(origin, nonce);
      return status === 401 && /error="?use_dpop_nonce/.test(headers.get('www-authenticate') ?? '');
    },
    inMemory: () => dpop({ keys: memoryKeyStore() }),
  };
}

function createProofs(pair: CryptoKeyPair, client: Client, nonces: ReadonlyMap<string, string>): Proofs {
  /** The protocol library would keep the difference between the clocks of now. */
  function correctTime(payload: Record<string, unknown>): void {
    if (typeof payload['iat'] === 'number') payload['iat'] += client[clockSkew] ?? 0;
  }
  const handle = DPoP({}, pair, { [modifyAssertion]: (_header, payload) => correctTime(payload) });
  const forApis = DPoP({}, pair, {
    [modifyAssertion](_header, payload) {
      correctTime(payload);
      const { htu } = payload;
      if (typeof htu === 'string') payload['nonce'] = nonces.get(new URL(htu).origin);
    },
  });
  return {
    handle,
    async authorize(request, accessToken) {
      const url = new URL(request.url);
      // The protocol library makes the headers, and the session sends the request.
      await protectedResourceRequest(accessToken, request.method, url, undefined, undefined, {
        DPoP: forApis,
        // The session itself sends tokens only to its own origins.
        [allowInsecureRequests]: true,
        [customFetch](_url, { headers }) {
          for (const name of ['authorization', 'dpop']) request.headers.set(name, headers[name] ?? '');
          return Promise.resolve(new Response());
        },
      });
    },
  };
}
