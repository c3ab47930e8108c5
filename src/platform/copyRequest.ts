/**
 * Copies a request with other options, for example another signal. Passes the referrer and its policy, which a copy with
 * options would otherwise lose (Fetch standard, the constructor of `Request`).
 */
export function copyRequest(
  request: Request,
  init: { signal: AbortSignal; redirect?: RequestRedirect; credentials?: RequestCredentials },
): Request {
  const { referrer, referrerPolicy } = request;
  return new Request(request, { ...init, referrer, referrerPolicy });
}
