/** The time until the browser stops this page, because it enters the back-forward cache or its tab is frozen. */
export interface PageStay {
  /** Aborted when the page is stopped. A worker is never stopped. */
  readonly left: AbortSignal;
  /** Resolves when the page resumes. Never resolves for a page that was closed. */
  readonly resumed: Promise<void>;
  /** Stops listening. */
  end(): void;
}

/** Listens to the lifecycle of the page. */
export function beginStay(): PageStay {
  const leaving = new AbortController();
  const ending = new AbortController();
  // `freeze` and `resume` are sent to the document and do not bubble, but they can be captured.
  const options = { capture: true, signal: ending.signal };
  const on = (types: readonly string[], listener: () => void): void => {
    for (const type of types) globalThis.addEventListener(type, listener, options);
  };
  on(['pagehide', 'freeze'], () => leaving.abort(new Error('The browser has stopped the page')));
  const resumed = new Promise<void>((resolve) => {
    on(['pageshow', 'resume'], () => {
      if (leaving.signal.aborted) resolve();
    });
  });
  return { left: leaving.signal, resumed, end: () => ending.abort() };
}
