import fetchCookie from 'fetch-cookie';
import { cookieRequests } from '../../src/index.ts';
import type { Grant, ServerContract, StoredRecord } from '../../src/index.ts';
import type { RunningServer } from '../referenceServer/server.ts';
import type { Credentials } from './dialects.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Where a page keeps its tokens, and how it sends them. */
export interface Keeping {
  readonly contract: ServerContract<unknown, Credentials>;
  readonly fetch: typeof fetch;
  /** The current tokens, or none. */
  tokens(): Promise<Tokens>;
  /** A grant that starts a session with existing tokens. */
  grant(tokens: Tokens, user: unknown): Promise<Grant>;
  /** Sends a refresh token to the server without the session. */
  refreshWith(refreshToken: string): RequestInit;
}

export function inStorage(
  contract: ServerContract<unknown, Credentials>,
  stored: () => Promise<StoredRecord<unknown> | null>,
): Keeping {
  return {
    contract,
    fetch: (input, init) => fetch(input, init),
    async tokens() {
      const record = await stored();
      const { accessToken, refreshToken } = record !== null && 'user' in record ? record : nothing;
      return { accessToken: accessToken ?? '', refreshToken: refreshToken ?? '' };
    },
    grant: async (tokens, user) => ({ ...tokens, user }),
    refreshWith: (refreshToken) => ({
      headers: { Authorization: `Bearer ${refreshToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ refreshToken, id: '1', email: 'ada@example.com' }),
    }),
  };
}

const nothing = { accessToken: null, refreshToken: null };

/** The same with cookies, of which the page sees only the CSRF cookie. */
export function inCookies(
  contract: ServerContract<unknown, Credentials>,
  server: Pick<RunningServer, 'url' | 'endpoints'>,
): Keeping {
  const jar = new fetchCookie.toughCookie.CookieJar();
  const browser = fetchCookie((input: string | URL | Request, init?: RequestInit) => fetch(input, init), jar);
  const refreshUrl = server.url + server.endpoints.refresh;

  async function find(name: string): Promise<string | null> {
    const cookies = await jar.getCookies(refreshUrl);
    return cookies.find(({ key }) => key === name)?.value ?? null;
  }

  return {
    // Node has no `document.cookie`.
    contract: {
      ...contract,
      cookies: cookieRequests({ csrf: { header: 'X-CSRF-Token', value: () => find('csrf') } }),
    },
    fetch: (input, init) => browser(input, init),
    tokens: async () => ({
      accessToken: (await find('access')) ?? '',
      refreshToken: (await find('refresh')) ?? '',
    }),
    async grant({ accessToken, refreshToken }, user) {
      await jar.setCookie(`access=${accessToken}; Path=/; HttpOnly`, refreshUrl);
      await jar.setCookie(`refresh=${refreshToken}; Path=/auth; HttpOnly`, refreshUrl);
      await jar.setCookie('csrf=planted; Path=/', refreshUrl);
      return { accessToken: null, user };
    },
    refreshWith: (refreshToken) => ({
      headers: { Cookie: `refresh=${refreshToken}; csrf=planted`, 'X-CSRF-Token': 'planted' },
    }),
  };
}
