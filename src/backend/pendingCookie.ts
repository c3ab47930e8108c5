import { isRedirectedSignIn, longestSignIn, type RedirectedSignIn } from '../oauth/pendingSignIns.ts';
import type { Clock } from '../platform/clock.ts';
import type { CookieAccess, LongCookie } from './cookies.ts';
import type { Seal } from './seal.ts';

/** The cookie that keeps the sign-ins of a browser whose user is at the provider, sealed. */
export interface PendingCookie {
  add(this: void, cookies: CookieAccess, signIn: RedirectedSignIn): Promise<void>;
  /** Returns a sign-in and forgets it: a callback counts once. */
  take(this: void, cookies: CookieAccess, state: string): Promise<RedirectedSignIn | null>;
}

/** How many sign-ins of a browser may be under way, in several tabs. The oldest one is dropped. */
const most = 5;

export function createPendingCookie(seal: Seal, cookie: LongCookie, clock: Clock): PendingCookie {
  async function read(cookies: CookieAccess): Promise<readonly RedirectedSignIn[]> {
    const text = cookie.read(cookies);
    const found = text === '' ? null : (await seal.unseal(text))?.value;
    if (!Array.isArray(found)) return [];
    return found.filter(isRedirectedSignIn).filter(({ at }) => clock.now() - at < longestSignIn);
  }

  async function write(cookies: CookieAccess, signIns: readonly RedirectedSignIn[]): Promise<void> {
    cookie.write(cookies, signIns.length === 0 ? '' : await seal.seal(signIns));
  }

  return {
    add: async (cookies, signIn) => write(cookies, [...(await read(cookies)), signIn].slice(-most)),
    async take(cookies, state) {
      const signIns = await read(cookies);
      const found = signIns.find((signIn) => signIn.state === state) ?? null;
      if (found !== null)
        await write(
          cookies,
          signIns.filter((signIn) => signIn !== found),
        );
      return found;
    },
  };
}
