import type { Secrets } from '../../server/contract.ts';
import { reaches, type Cookies, type StoredCookie } from './cookieJar.ts';

/** What a browser holds after a sign-in or a refresh. Each call starts from such a value, so an old one can be used again. */
export interface Held {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly refreshTokenName: string | undefined;
  readonly user: unknown;
  readonly secrets: Secrets | undefined;
  /** Milliseconds, or `null` if unknown. */
  readonly lifetime: number | null;
  readonly cookies: Cookies;
  /** When it was granted, in milliseconds since the epoch. */
  readonly since: number;
}

/** Where the tokens are checked. */
export interface Addresses {
  /** The refresh endpoint, or `null` if it is unknown. */
  readonly refresh: string | null;
  /** A path that only a signed-in user may read, or `null`. */
  readonly resource: string | null;
}

/** What the server takes for the refresh token. */
export type RefreshCredential = 'refresh token' | 'cookie' | 'access token';

export function refreshCredentialOf(held: Held, addresses: Addresses): RefreshCredential {
  if (held.refreshToken !== null) return 'refresh token';
  return refreshCookies(held, addresses).length > 0 ? 'cookie' : 'access token';
}

/** The value that a rotation replaces. */
export function refreshValueOf(held: Held, addresses: Addresses): string {
  if (held.refreshToken !== null) return held.refreshToken;
  const cookies = refreshCookies(held, addresses);
  return cookies.length > 0 ? cookies.map(({ value }) => value).join(' ') : (held.accessToken ?? '');
}

/** The secret cookies that reach the refresh endpoint and not the API, otherwise all that reach it. */
function refreshCookies({ cookies }: Held, { refresh, resource }: Addresses): Cookies {
  if (refresh === null) return [];
  const reaching = cookies.filter((cookie) => cookie.isHttpOnly && reaches(cookie, refresh));
  const own = reaching.filter((cookie) => resource === null || !reaches(cookie, resource));
  return own.length > 0 ? own : reaching;
}

/** The old tokens in the browser that has the new ones: a readable cookie, as for CSRF, is the new one. */
export function withOldTokens(old: Held, current: Held): Held {
  const isReadable = ({ isHttpOnly }: StoredCookie) => !isHttpOnly;
  const cookies = [
    ...old.cookies.filter(({ isHttpOnly }) => isHttpOnly),
    ...current.cookies.filter(isReadable),
  ];
  return { ...old, cookies };
}

/** A session whose access token is a fake of the same form. */
export function withBrokenAccessToken(held: Held, { resource, refresh }: Addresses): Held {
  const url = resource ?? refresh;
  if (held.accessToken !== null) return { ...held, accessToken: broken(held.accessToken) };
  return { ...held, cookies: held.cookies.map((cookie) => brokenCookie(cookie, url)) };
}

/** A session whose refresh token is a fake of the same form. */
export function withBrokenRefreshToken(held: Held, addresses: Addresses): Held {
  const credential = refreshCredentialOf(held, addresses);
  if (credential === 'refresh token' && held.refreshToken !== null)
    return { ...held, refreshToken: broken(held.refreshToken) };
  if (credential === 'access token') return withBrokenAccessToken(held, addresses);
  return { ...held, cookies: held.cookies.map((cookie) => brokenCookie(cookie, addresses.refresh)) };
}

/** A browser without tokens. */
export function withoutTokens(held: Held): Held {
  const cookies = held.cookies.filter(({ isHttpOnly }) => !isHttpOnly);
  return { ...held, accessToken: null, refreshToken: null, secrets: undefined, cookies };
}

function brokenCookie(cookie: StoredCookie, url: string | null): StoredCookie {
  const isToken = cookie.isHttpOnly && url !== null && reaches(cookie, url);
  return isToken ? { ...cookie, value: broken(cookie.value) } : cookie;
}

/**
 * A token with other letters and digits at its end: of a JWT, the signature is wrong, and its claims stay. Of any other token
 * all are other ones, since some servers look a token up by its beginning and revoke it if the rest is wrong.
 */
export function broken(token: string): string {
  const isJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
  const start = isJwt ? token.lastIndexOf('.') + 1 : 0;
  return token.slice(0, start) + token.slice(start).replaceAll(/[A-Za-z0-9]/g, otherCharacter);
}

/** A neighbour of the same kind, so that a token of hexadecimal digits stays one. */
function otherCharacter(character: string): string {
  const alphabets = ['0123456789', 'abcdef', 'ABCDEF', 'ghijklmnopqrstuvwxyz', 'GHIJKLMNOPQRSTUVWXYZ'];
  const alphabet = alphabets.find((letters) => letters.includes(character)) ?? character;
  return alphabet.charAt((alphabet.indexOf(character) + 1) % alphabet.length);
}
