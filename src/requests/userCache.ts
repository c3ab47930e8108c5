import { isBrowser } from '../platform/isBrowser.ts';
import type { Outgoing } from './outgoing.ts';

/** The most URLs to remember. Beyond that, all are forgotten, and each is loaded from the server once more. */
const mostUrls = 1_000;

/**
 * Prevents the browser's HTTP cache from returning one user's responses to the next, since the cache finds a response by its
 * URL only. After the user may have changed, the first request to each URL goes to the server and replaces the cached
 * response. For the first user of a page, nothing changes.
 *
 * @param identity - grows when the user changes
 * @returns a function that returns the cache option for a request
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
