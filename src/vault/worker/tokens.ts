import { randomId } from '../../platform/randomId.ts';
import { reportReduced } from '../../platform/report.ts';
import type { Secrets, ServerContract } from '../../server/contract.ts';
import type { CheckedGrant } from '../../server/grant.ts';
import { handlePrefix } from '../protocol.ts';

/** The tokens behind a handle. */
export interface KeptTokens {
  readonly handle: string;
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly refreshTokenName?: string | undefined;
  readonly secrets?: Secrets;
  readonly session: KeptSession;
}

interface KeptSession {
  /** The newest tokens are the last. Requests with the previous ones may still be under way. */
  readonly generations: KeptTokens[];
  /** Whether the user has signed out. The tokens can then only be revoked. */
  isOver: boolean;
}

/** All tokens of the worker, by handle. They exist here and nowhere else. */
export interface Tokens {
  find(this: void, handle: string | null): KeptTokens | null;
  /** @param before - the tokens that the grant replaces */
  keep<User>(this: void, grant: CheckedGrant<User>, before: KeptTokens | null): KeptTokens;
  /** Forgets all tokens of the session. */
  forget(this: void, kept: KeptTokens): void;
  /** All tokens and secrets, in UTF-8. */
  bytes(this: void): readonly Uint8Array<ArrayBuffer>[];
  /** Replaces each token in the texts of a value: a server may quote one in its response. */
  redact(this: void, value: unknown): unknown;
}

const keptGenerations = 2;

/** A shorter text is no secret, and may be part of any other. */
const leastSecret = 8;

export function createTokens(server: Pick<ServerContract, 'discardSecrets'>): Tokens {
  const kept = new Map<string, KeptTokens>();

  /** Read for each message, and so kept until the tokens change. */
  let secrets: readonly string[] = [];
  let bytes: readonly Uint8Array<ArrayBuffer>[] = [];

  function collectSecrets(): void {
    const all = [...kept.values()].flatMap(({ accessToken, refreshToken, secrets: others = {} }) => [
      accessToken,
      refreshToken,
      ...Object.values(others),
    ]);
    secrets = [...new Set(all)]
      .filter((secret) => secret !== null)
      .filter(({ length }) => length >= leastSecret);
    bytes = secrets.map((secret) => new TextEncoder().encode(secret));
  }

  function forget(tokens: readonly KeptTokens[]): void {
    for (const { handle } of tokens) kept.delete(handle);
    collectSecrets();
  }

  function discard({ secrets }: KeptTokens, now: Secrets | null): void {
    try {
      if (secrets !== undefined) server.discardSecrets?.(secrets, now);
    } catch (error) {
      reportReduced(error, 'server.discardSecrets');
    }
  }

  return {
    find: (handle) => kept.get(handle ?? '') ?? null,
    keep({ accessToken, refreshToken, refreshTokenName, secrets: granted }, before) {
      const secrets = granted ?? before?.secrets;
      const isKept = refreshToken === undefined;
      const session = before?.session ?? { generations: [], isOver: false };
      const tokens: KeptTokens = {
        handle: handlePrefix + randomId(),
        accessToken,
        refreshToken: isKept ? (before?.refreshToken ?? null) : refreshToken,
        refreshTokenName: isKept ? before?.refreshTokenName : refreshTokenName,
        ...(secrets !== undefined && { secrets }),
        session,
      };
      if (before !== null && before.secrets !== secrets) discard(before, secrets ?? null);
      kept.set(tokens.handle, tokens);
      session.generations.push(tokens);
      forget(session.generations.splice(0, session.generations.length - keptGenerations));
      return tokens;
    },
    forget({ session }) {
      const newest = session.generations.at(-1);
      if (newest !== undefined && kept.has(newest.handle)) discard(newest, null);
      forget(session.generations);
    },
    bytes: () => bytes,
    redact: (value) => redactTexts(value, secrets),
  };
}

function redactTexts(value: unknown, secrets: readonly string[]): unknown {
  const redact = (part: unknown) => redactTexts(part, secrets);
  if (typeof value === 'string') {
    if (value.length < leastSecret) return value;
    return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), value);
  }
  if (Array.isArray(value)) return value.map(redact);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map((entry) => entry.map(redact)));
}

/** Whether a value is an object whose members a message carries one by one. */
function isPlain(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}
