import { boolean, check, oneOf, readGroup, text, wholeNumber, type Kind } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { isRecord } from '../store/storedRecord.ts';
import type { Clock } from '../platform/clock.ts';
import { createLongCookie, type CookieAccess, type CookieAttributes, type LongCookie } from './cookies.ts';
import { createSeal, type Seal } from './seal.ts';
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
   * How long the browser keeps the cookie after it was last set, in seconds (a whole number). It is set by a sign-in, and
   * without a store by each refresh. Default is 0: until the browser is closed.
   */
  maxAge?: number;
}

/** The cookie that names the session of a browser, and holds its record if there is no store. */
export interface SessionCookie<User> {
  /** Returns `null` if there is none, or if it cannot be opened. */
  read(this: void, cookies: CookieAccess): Promise<Sealed<User> | null>;
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

/** The cookies of a web server. */
export interface SealedCookies<User> {
  readonly session: SessionCookie<User>;
  readonly challenge: ChallengeCookie;
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
  return {
    session: createSessionCookie(seal, createLongCookie(name, attributes)),
    challenge: createChallengeCookie(seal, ofChallenge, clock),
  };
}

function createSessionCookie<User>(seal: Seal, cookie: LongCookie): SessionCookie<User> {
  return {
    async read(cookies) {
      const found = cookie.read(cookies);
      return found === '' ? null : readSealed(await seal.unseal(found));
    },
    async write(cookies, sealed, isCurrent) {
      cookie.write(cookies, sealed === null ? '' : await seal.seal(sealed), isCurrent);
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
function readSealed<User>(value: unknown): Sealed<User> | null {
  if (typeof value !== 'object' || value === null || !('name' in value)) return null;
  const { name } = value;
  if (typeof name !== 'string' || name === '') return null;
  const record = 'record' in value && isRecord<User>(value.record) ? value.record : null;
  return { name, record };
}
