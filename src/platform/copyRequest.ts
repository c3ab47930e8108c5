/**
 * The same request under another signal, say. It names the referrer and its policy, since a copy that is given
 * anything at all forgets them otherwise (Fetch standard, the constructor of `Request`).
 */
export function copyRequest(
  request: Request,
  init: { signal: AbortSignal; redirect?: RequestRedirect; credentials?: RequestCredentials },
): Request {
  return new Request(request, { ...init, ...initUnder(init.signal, request) });
}

/** What `fetch` is given beside a request; with a member in it, it forgets the referrer as well. */
export function initUnder(signal: AbortSignal, { referrer, referrerPolicy }: Request): RequestInit {
  return { signal, referrer, referrerPolicy };
}
