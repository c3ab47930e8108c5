import { parseSetCookie } from 'cookie';

/** A cookie as a browser keeps it (RFC 6265, section 5.3). */
export interface StoredCookie {
  readonly name: string;
  /** As it was sent, not decoded. */
  readonly value: string;
  readonly path: string;
  /** The host and its subdomains, or `null`: only the host that set the cookie. */
  readonly domain: string | null;
  readonly host: string;
  readonly isHttpOnly: boolean;
  readonly isSecure: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none' | null;
  /** Seconds, or `null` for a cookie that ends with the browser. */
  readonly maxAge: number | null;
}

export type Cookies = readonly StoredCookie[];

/** The cookies after a response. */
export function withSetCookies(
  cookies: Cookies,
  setCookies: readonly string[],
  url: string,
  now: number,
): Cookies {
  return setCookies.reduce((all, text) => {
    const cookie = readCookie(text, new URL(url), now);
    const others = all.filter(
      ({ name, path, host }) => name !== cookie.name || path !== cookie.path || host !== cookie.host,
    );
    const isRemoved = cookie.maxAge !== null && cookie.maxAge <= 0;
    return isRemoved ? others : [...others, cookie];
  }, cookies);
}

/** Reads one `Set-Cookie`. */
export function readCookie(text: string, { hostname, pathname }: URL, now: number): StoredCookie {
  const { name, value, path, domain, httpOnly, secure, sameSite, maxAge, expires } = parseSetCookie(text, {
    decode: (raw) => raw,
  });
  const left = expires === undefined ? null : (expires.getTime() - now) / 1000;
  return {
    name,
    value: value ?? '',
    path: path?.startsWith('/') === true ? path : pathname.replace(/\/[^/]*$/, '') || '/',
    domain: domain?.replace(/^\./, '').toLowerCase() ?? null,
    host: hostname,
    isHttpOnly: httpOnly === true,
    isSecure: secure === true,
    sameSite: sameSite === true ? 'strict' : sameSite === false ? null : (sameSite ?? null),
    maxAge: maxAge ?? left,
  };
}

/** Whether a browser sends the cookie to this address (RFC 6265, section 5.4). */
export function reaches(cookie: StoredCookie, url: string): boolean {
  const { hostname, pathname, protocol } = new URL(url);
  const { host, domain, path, isSecure } = cookie;
  const isOfHost = domain === null ? hostname === host : `.${hostname}`.endsWith(`.${domain}`);
  const isBelow = pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
  return isOfHost && isBelow && (!isSecure || protocol === 'https:' || isLoopback(hostname));
}

/** Browsers treat this machine as secure (Secure Contexts, section 3.1). */
export function isLoopback(hostname: string): boolean {
  return hostname.endsWith('.localhost') || /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

export const cookieHeader = (cookies: Cookies): string =>
  cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

/** Runs a function that reads `document.cookie`, as the header of a CSRF cookie does. Only what it reads at once is seen. */
export function withDocument<Result>(cookies: Cookies, run: () => Result): Result {
  if (typeof document !== 'undefined') return run();
  const cookie = cookieHeader(cookies.filter(({ isHttpOnly }) => !isHttpOnly));
  Reflect.set(globalThis, 'document', { cookie });
  try {
    return run();
  } finally {
    Reflect.deleteProperty(globalThis, 'document');
  }
}
