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

/** Settles with `promise`, or rejects as soon as the signal is aborted. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = new AbortController();
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever it is, as `fetch` does
        const leave = () => reject(signal.reason);
        if (signal.aborted) leave();
        signal.addEventListener('abort', leave, { once: true, signal: aborted.signal });
      }),
    ]);
  } finally {
    aborted.abort();
  }
}
