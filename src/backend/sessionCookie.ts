import { boolean, check, oneOf, readGroup, text, wholeNumber, type Kind } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { isRecord } from '../store/storedRecord.ts';
import type { Clock } from '../platform/clock.ts';
import { createLongCookie, type CookieAccess, type CookieAttributes, type LongCookie } from './cookies.ts';
import { createSeal, type Seal } from './seal.ts';
import { longestSignIn } from '../oauth/pendingSignIns.ts';
import { createPendingCookie, type PendingCookie } from './pendingCookie.ts';
import type { Sealed } from './sealedStore.ts';
import { createChallengeCookie, longestStep, type ChallengeCookie } from './twoSteps.ts';

/** The cookie of {@link serverSessions}. */
export interface SessionCookieOptions {
  /** Default is `'__Host-session'`, and `'session'` without `secure`. */
  name?: string;
  /**
   * `'strict'` also keeps the cookie back when the user follows a link to your site from another one. Default is `'lax'`.
   */
  sameSite?: 'lax' | 'strict';
  /** Whether browsers send the cookie only over HTTPS. Use `false` only for development. Default is `true`. */
  secure?: boolean;
  /**
   * How long a cookie is valid after it was set, in seconds (a whole number). A sign-in sets it, without a store each refresh,
   * and a request of a user who is signed in after half of this time. Default is 0: until the browser is closed.
   */
  maxAge?: number;
}

/** The cookie that names the session of a browser, and holds its record if there is no store. */
export interface SessionCookie<User> {
  /** Returns `null` if there is none, or if it cannot be opened or is older than `maxAge`. */
  read(this: void, cookies: CookieAccess): Promise<FoundCookie<User> | null>;
  /**
   * @param sealed - `null` deletes the cookie
   * @param isCurrent - asked when the response is sent
   */
  write(
    this: void,
    cookies: CookieAccess,
    sealed: Sealed<User> | null,
    isCurrent?: () => boolean,
  ): Promise<void>;
}

/** The cookie of a request. */
export interface FoundCookie<User> extends Sealed<User> {
  /** Whether to set it again: half of its `maxAge` is over, or another secret has sealed it. */
  readonly isDue: boolean;
}

/** The cookies of a web server. */
export interface SealedCookies<User> {
  readonly session: SessionCookie<User>;
  readonly challenge: ChallengeCookie;
  readonly pending: PendingCookie;
}

/**
 * Creates the cookies of a web server.
 *
 * @throws {InvalidOptionError} the secret or an option of the cookie is not valid
 */
export function createSealedCookies<User>(
  secret: unknown,
  options: SessionCookieOptions | undefined,
  clock: Clock,
): SealedCookies<User> {
  const seal = createSeal(readSecrets(secret));
  const { name, attributes } = readCookieOptions(options);
  const ofChallenge = createLongCookie(`${name}-challenge`, { ...attributes, maxAge: longestStep });
  // The user comes back from another site, and browsers then send no cookie that is `strict`.
  const ofPending = createLongCookie(`${name}-sign-in`, {
    ...attributes,
    sameSite: 'lax',
    maxAge: longestSignIn / 1_000,
  });
  return {
    pending: createPendingCookie(seal, ofPending, clock),
    session: createSessionCookie(seal, { cookie: createLongCookie(name, attributes), ...attributes, clock }),
    challenge: createChallengeCookie(seal, ofChallenge, clock),
  };
}

function createSessionCookie<User>(
  seal: Seal,
  {
    cookie,
    maxAge = Infinity,
    clock,
  }: { readonly cookie: LongCookie; readonly maxAge?: number; readonly clock: Clock },
): SessionCookie<User> {
  return {
    async read(cookies) {
      const text = cookie.read(cookies);
      const found = text === '' ? null : await seal.unseal(text);
      const sealed = readSealed<User>(found?.value);
      const age = (clock.now() - (sealed?.at ?? 0)) / 1_000;
      if (found === null || sealed === null || age >= maxAge) return null;
      return { ...sealed, isDue: found.isBySecretBefore || age >= maxAge / 2 };
    },
    async write(cookies, sealed, isCurrent) {
      const text = sealed === null ? '' : await seal.seal({ ...sealed, at: clock.now() });
      cookie.write(cookies, text, isCurrent);
    },
  };
}

const leastSecret = 32;

const secretText: Kind<string> = {
  expected: `a string of at least ${leastSecret} characters`,
  includes: (value): value is string => typeof value === 'string' && value.length >= leastSecret,
};

function readSecrets(given: unknown): readonly [string, ...string[]] {
  if (!Array.isArray(given)) return [check('secret', given, secretText)];
  const [first, ...more] = given.map((secret, index) => check(`secret[${index}]`, secret, secretText));
  if (first === undefined) throw new InvalidOptionError('secret', secretText.expected, 'an empty array');
  return [first, ...more];
}

const sameSites: Kind<'lax' | 'strict'> = /* @__PURE__ */ oneOf(['lax', 'strict']);

function readCookieOptions(given: SessionCookieOptions = {}): {
  readonly name: string;
  readonly attributes: CookieAttributes;
} {
  const isSecure = given.secure ?? true;
  const { name, sameSite, secure, maxAge } = readGroup('cookie', given, {
    // A sibling domain cannot set a cookie with this prefix (RFC 6265bis, section 4.1.3.2).
    name: [isSecure ? '__Host-session' : 'session', nameFor(isSecure)],
    sameSite: ['lax', sameSites],
    secure: [true, boolean],
    maxAge: [0, wholeNumber(0)],
  });
  return { name, attributes: { httpOnly: true, secure, sameSite, path: '/', ...(maxAge > 0 && { maxAge }) } };
}

/** Browsers refuse a cookie with one of the prefixes, but without `Secure` (RFC 6265bis, section 4.1.3). */
const nameFor = (isSecure: boolean): Kind<string> => ({
  expected: `a name of letters, digits and \`!#$%&'*+-.^_|~\`${isSecure ? '' : ', without `__Host-` or `__Secure-` in front'}`,
  includes: (value): value is string =>
    text.includes(value) &&
    /^[\w!#$%&'*+.^`|~-]+$/.test(value) &&
    (isSecure || !/^__(?:Host|Secure)-/i.test(value)),
});

/** What was unsealed is ours, but an older version may have sealed it. */
function readSealed<User>(value: unknown): (Sealed<User> & { readonly at: number }) | null {
  if (typeof value !== 'object' || value === null || !('name' in value)) return null;
  const { name } = value;
  if (typeof name !== 'string' || name === '') return null;
  const record = 'record' in value && isRecord<User>(value.record) ? value.record : null;
  return { name, record, at: 'at' in value && typeof value.at === 'number' ? value.at : 0 };
}
