const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Whether a redirect led to an origin that is not trusted. The response's `url` may be that of a proxy in the platform
 * (CapacitorHttp, a service worker), so `redirected` decides, except for responses that a script created: only their
 * `url` shows a redirect.
 */
export function isAnswerFromElsewhere(
  { redirected, type, url }: Partial<Response> & Pick<Response, 'url'>,
  isTrusted: (origin: string) => boolean,
): boolean {
  const isMoved = redirected !== false || type === 'default';
  return isMoved && url !== '' && !isTrusted(new URL(url).origin);
}

/**
 * Prevents a request from being redirected. When `fetch` follows a redirect to another origin, it removes only
 * `Authorization`.
 */
export function pinned({ url, redirect }: Request): { redirect?: RequestRedirect } {
  if (redirect !== 'follow') return {};
  try {
    return { redirect: new Request(url, { redirect: 'error' }).redirect };
  } catch {
    // Cloudflare Workers do not support `'error'`.
    return { redirect: 'manual' };
  }
}

/** Sends a pinned request: a redirect fails as with `redirect: 'error'`. */
export function refusingRedirects<Args extends unknown[]>(
  send: (...args: Args) => Promise<Response>,
): (...args: Args) => Promise<Response> {
  return async (...args) => {
    const response = await send(...args);
    if (response.type !== 'opaqueredirect' && !redirectStatuses.has(response.status)) return response;
    void response.body?.cancel().catch(() => undefined);
    throw new TypeError('fetch failed', {
      cause: new Error('The server redirected a request that must not be redirected'),
    });
  };
}
