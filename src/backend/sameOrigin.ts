/**
 * Whether a request comes from a page of this origin, and not from another site that uses the browser's cookies.
 * `Sec-Fetch-Site` says so in all current browsers (OWASP, Cross-Site Request Forgery Prevention: Fetch Metadata). Otherwise
 * `Origin` decides, which browsers send with every request that is not GET or HEAD.
 */
export function isSameOrigin(request: Request, origins: readonly string[]): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null && origins.includes(origin)) return true;
  const site = request.headers.get('sec-fetch-site');
  // `none` is an address that the user has typed.
  if (site !== null) return site === 'same-origin' || (site === 'none' && isSafe(request.method));
  if (origin === null) return isSafe(request.method);
  return (
    URL.canParse(origin) &&
    new URL(origin).host === (request.headers.get('host') ?? new URL(request.url).host)
  );
}

/** Whether a method changes nothing (RFC 9110, section 9.2.1). */
const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);
