import type { PendingSignIn } from './codeFlow.ts';
import type { OAuthSettings } from './oauthOptions.ts';

/** A sign-in for which the user has left the page. */
export interface RedirectedSignIn extends PendingSignIn {
  /** Where the program continues afterwards. */
  readonly returnTo: string;
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
}

/** Notes sign-ins until the user returns. Several may be under way, in several tabs. */
export interface PendingSignIns {
  add(this: void, signIn: RedirectedSignIn): void;
  /** Returns a sign-in and forgets it: a callback counts once. */
  take(this: void, state: string): RedirectedSignIn | null;
}

/** Sign-ins that the user did not finish are forgotten after an hour, in milliseconds. */
const longestSignIn = 3_600_000;

export function createPendingSignIns({
  clientId,
  storage,
}: Pick<OAuthSettings, 'clientId' | 'storage'>): PendingSignIns {
  const key = `sessionchart.oauth.${clientId}`;

  function read(): RedirectedSignIn[] {
    const found = parse(storage().getItem(key));
    return found.filter(({ at }) => Math.abs(Date.now() - at) < longestSignIn);
  }

  function write(signIns: readonly RedirectedSignIn[]): void {
    if (signIns.length === 0) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(signIns));
  }

  return {
    add: (signIn) => write([...read(), signIn]),
    take(state) {
      const signIns = read();
      write(signIns.filter((signIn) => signIn.state !== state));
      return signIns.find((signIn) => signIn.state === state) ?? null;
    },
  };
}

/** The text is untrusted: another version may have written it. */
function parse(text: string | null): RedirectedSignIn[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isSignIn) : [];
  } catch {
    return [];
  }
}

function isSignIn(value: unknown): value is RedirectedSignIn {
  if (typeof value !== 'object' || value === null) return false;
  const { at, maxAge, ...texts }: { readonly [Field in keyof RedirectedSignIn]?: unknown } = value;
  const { state, codeVerifier, nonce, redirectUri, returnTo } = texts;
  return (
    [state, codeVerifier, nonce, redirectUri, returnTo].every((text) => typeof text === 'string') &&
    typeof at === 'number' &&
    (maxAge === null || typeof maxAge === 'number')
  );
}
