const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Whether an answer came from an origin that is not trusted, to which a redirect led. Where it was sent is known; its
 * `url` may be that of a proxy in the platform (CapacitorHttp, a service worker). So the platform's word counts
 * (`redirected`), except in answers that a script has made: in those only `url` tells of a redirect.
 */
export function isAnswerFromElsewhere(
  { redirected, type, url }: Partial<Response> & Pick<Response, 'url'>,
  isTrusted: (origin: string) => boolean,
): boolean {
  const isMoved = redirected !== false || type === 'default';
  return isMoved && url !== '' && !isTrusted(new URL(url).origin);
}

/**
 * Keeps a request from being redirected. Of all headers `fetch` takes `Authorization` alone off a request that goes on
 * to another origin.
 */
export function pinned({ url, redirect }: Request): { redirect?: RequestRedirect } {
  if (redirect !== 'follow') return {};
  try {
    return { redirect: new Request(url, { redirect: 'error' }).redirect };
  } catch {
    // Cloudflare Workers know no `'error'`.
    return { redirect: 'manual' };
  }
}

/** Sends a request that was pinned: a redirect fails as it does with `redirect: 'error'`. */
export function refusingRedirects<Args extends unknown[]>(
  send: (...args: Args) => Promise<Response>,
): (...args: Args) => Promise<Response> {
  return async (...args) => {
    const response = await send(...args);
    if (response.type !== 'opaqueredirect' && !redirectStatuses.has(response.status)) return response;
    void response.body?.cancel().catch(() => undefined);
    throw new TypeError('fetch failed', {
      cause: new Error('The server redirects a request that may not be'),
    });
  };
}
