/**
 * The same request under another signal, say. It names the referrer and its policy, since a copy that is given
 * anything at all forgets them otherwise (Fetch standard, the constructor of `Request`).
 */
export function copyRequest(
  request: Request,
  init: { signal: AbortSignal; redirect?: RequestRedirect; credentials?: RequestCredentials },
): Request {
  const { referrer, referrerPolicy } = request;
  return new Request(request, { ...init, referrer, referrerPolicy });
}
