import type { AuthorizationParameters, PendingSignIn } from './codeFlow.ts';
import type { OAuthSettings } from './oauthOptions.ts';

/** A sign-in for which the user has left the page. */
export interface RedirectedSignIn extends PendingSignIn {
  /** Where the program continues afterwards. */
  readonly returnTo: string;
  /** Whether an API has asked for a stronger sign-in of the user (RFC 9470). */
  readonly isStepUp: boolean;
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
}

/** Notes sign-ins until the user returns. Several may be under way, in several tabs, each in a separate item. */
export interface PendingSignIns {
  add(this: void, signIn: RedirectedSignIn): void;
  /** Returns a sign-in and forgets it: a callback counts once. */
  take(this: void, state: string): RedirectedSignIn | null;
}

/** Sign-ins that the user did not finish are forgotten after an hour, in milliseconds. */
export const longestSignIn = 3_600_000;

/** Whether a stronger sign-in is asked for (RFC 9470). */
export const isStepUp = ({ acrValues, maxAge }: AuthorizationParameters): boolean =>
  (acrValues ?? maxAge ?? null) !== null;

export function createPendingSignIns({
  clientId,
  storage,
}: Pick<OAuthSettings, 'clientId' | 'storage'>): PendingSignIns {
  const prefix = `sessionchart.oauth.${clientId}.`;

  function find(key: string): RedirectedSignIn | null {
    const found = parse(storage().getItem(key));
    return found !== null && Math.abs(Date.now() - found.at) < longestSignIn ? found : null;
  }

  return {
    add(signIn) {
      for (const key of Object.keys(storage()))
        if (key.startsWith(prefix) && find(key) === null) storage().removeItem(key);
      storage().setItem(prefix + signIn.state, JSON.stringify(signIn));
    },
    take(state) {
      const key = prefix + state;
      const found = find(key);
      storage().removeItem(key);
      return found;
    },
  };
}

/** The text is untrusted: another version may have written it. */
function parse(text: string | null): RedirectedSignIn | null {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isRedirectedSignIn(value) ? value : null;
  } catch {
    return null;
  }
}

const types: { readonly [Field in keyof RedirectedSignIn]: readonly string[] } = {
  state: ['string'],
  codeVerifier: ['string'],
  nonce: ['string'],
  redirectUri: ['string'],
  // `null` without a limit.
  maxAge: ['number', 'object'],
  returnTo: ['string'],
  isStepUp: ['boolean'],
  at: ['number'],
};

/** The value is untrusted: another version or a script may have written it. */
export const isRedirectedSignIn = (value: unknown): value is RedirectedSignIn =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(types).every(([name, allowed]) => allowed.includes(typeof Reflect.get(value, name)));
