import {
  allowInsecureRequests,
  clockSkew,
  customFetch,
  DPoP,
  isDPoPNonceError,
  modifyAssertion,
  protectedResourceRequest,
  type Client,
  type DPoPHandle,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import { check, expectMembers, object } from '../errors/checks.ts';
import { randomId } from '../platform/randomId.ts';
import type { Secrets, ServerContract } from '../server/contract.ts';
import type { ApiTokens } from './apis.ts';
import { AuthorizationError } from './authorizationError.ts';
import { defaultKeyStore, memoryKeyStore, type KeyStore } from './keyStore.ts';
import type { ProtocolSlot } from './protocolObserver.ts';

/** Options of {@link dpop}. */
export interface DpopOptions {
  /** Where keys are kept. Default is IndexedDB, or memory where there is none. */
  readonly keys?: KeyStore;
}

/** Creates proofs with the key of a session. Created by {@link dpop}. */
export interface DpopKeys {
  /** Creates a key for a new session, and returns the secrets that name it. */
  create(this: void): Promise<Secrets>;
  /** Returns the proofs with the key of a session, or `null` if it is lost. Rejects if the keys cannot be read now. */
  proofsOf(this: void, secrets: Secrets, client: Client): Promise<Proofs | null>;
  delete(this: void, secrets: Secrets): void;
  /** @throws {AuthorizationError} the token is not bound to a key */
  expectBound(this: void, tokens: TokenEndpointResponse): void;
  /** Whether the authorization server asks for a nonce (RFC 9449, section 8). */
  isNonceError(this: void, error: unknown): boolean;
  /** The part of the contract that sends requests to APIs. */
  requests(this: void, parts: DpopRequestParts): Pick<ServerContract, 'authorize' | 'shouldRepeat'>;
  /** Returns the same with keys that exist only in memory. */
  inMemory(this: void): DpopKeys;
}

/** What requests to APIs need. */
export interface DpopRequestParts {
  readonly apis: Pick<ApiTokens, 'tokenFor'>;
  readonly client: Client;
  readonly slot: ProtocolSlot;
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

  async function proofsOf({ key }: Secrets, client: Client): Promise<Proofs | null> {
    if (key === undefined) return null;
    const proofs = known.get(key) ?? find(key, client);
    known.set(key, proofs);
    const found = await proofs.catch((error: unknown) => {
      known.delete(key);
      throw error;
    });
    if (found === null) known.delete(key);
    return found;
  }

  return {
    async create() {
      const key = randomId();
      // ES256 (RFC 7518, section 3.4).
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      await store().set(key, await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']));
      return { key };
    },
    proofsOf,
    delete({ key }) {
      if (key === undefined) return;
      known.delete(key);
      store()
        .delete(key)
        .catch(() => undefined);
    },
    expectBound({ token_type: type }) {
      if (type !== 'dpop')
        throw new AuthorizationError('dpop_not_supported', `Expected a token of the type DPoP, got ${type}`);
    },
    isNonceError: isDPoPNonceError,
    requests: ({ apis, client, slot }) => ({
      async authorize(request, accessToken, secrets = {}) {
        const token = apis.tokenFor(request.url, accessToken, secrets);
        // The session is older than this option.
        if (secrets['key'] === undefined) request.headers.set('authorization', `Bearer ${token}`);
        // Without the key, the server refuses the request, and the refresh tells why.
        else await (await proofsOf(secrets, client))?.authorize(request, token);
        slot.observer?.proved(request);
      },
      shouldRepeat(response, { url }) {
        const isChallenge = observe(response, url, nonces);
        slot.observer?.answered(response, url, isChallenge);
        return isChallenge;
      },
    }),
    inMemory: () => dpop({ keys: memoryKeyStore() }),
  };
}

/** Remembers an API's nonce. Returns whether the API has refused a proof for want of it (RFC 9449, section 9). */
function observe({ status, headers }: Response, url: string, nonces: Map<string, string>): boolean {
  const nonce = headers.get('dpop-nonce');
  if (nonce === null) return false;
  // Parallel requests without a nonce are all refused, and all get the same one.
  nonces.set(new URL(url).origin, nonce);
  return status === 401 && /error="?use_dpop_nonce/.test(headers.get('www-authenticate') ?? '');
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
