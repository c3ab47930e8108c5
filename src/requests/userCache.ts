import { isBrowser } from '../platform/isBrowser.ts';
import type { Outgoing } from './outgoing.ts';

/** Beyond this many addresses they are forgotten, and each is loaded once more. */
const mostUrls = 1_000;

/**
 * Keeps the answers that the browser's HTTP cache has stored for one user from the next: the cache finds an answer by its
 * URL, whoever asked for it. Once another user may be in front of the screen, the first request for each URL goes to the
 * server and replaces what the cache holds. For the first user of a page, nothing changes.
 *
 * @param identity - grows when the user changes
 * @returns what `fetch` is given beside a request
 */
export function createUserCache(identity: () => number): (outgoing: Outgoing) => { cache?: RequestCache } {
  let first: number | null = null;
  let current: number | null = null;
  const loaded = new Set<string>();
  return ({ method, url, init, input }) => {
    if (!isBrowser()) return {};
    const now = identity();
    first ??= now;
    if (now !== current || loaded.size > mostUrls) loaded.clear();
    current = now;
    if (now === first || method !== 'GET' || loaded.has(url)) return {};
    const cache = init.cache ?? (typeof input === 'string' ? 'default' : input.cache);
    if (cache !== 'default') return {};
    loaded.add(url);
    return { cache: 'reload' };
  };
}
