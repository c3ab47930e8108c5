/** Settles with `promise`, or rejects as soon as the signal is aborted. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever it is, as `fetch` does
    leave = () => reject(reasonOf(signal));
  });
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** `AbortSignal.any`, also where there is none: React Native has it since 0.87. */
export function anySignal(signals: AbortSignal[]): AbortSignal {
  if ('any' in AbortSignal) return AbortSignal.any(signals);
  const either = new AbortController();
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted !== undefined) abortWith(either, reasonOf(aborted));
  else
    for (const signal of signals) signal.addEventListener('abort', () => abortWith(either, reasonOf(signal)));
  return either.signal;
}

/** Aborts for a reason that its signal remembers: before 0.87 React Native's own forgets it. */
export function abortWith(controller: AbortController, reason: unknown): void {
  const { signal } = controller;
  if (!('reason' in signal)) Object.defineProperty(signal, 'reason', { value: reason });
  controller.abort(reason);
}

export function throwIfAborted(signal: AbortSignal | null | undefined): void {
  if (signal?.aborted === true) throw reasonOf(signal);
}

/** What an aborted signal was aborted with. */
export function reasonOf(signal: AbortSignal): unknown {
  if ('reason' in signal) return signal.reason;
  const error = new Error('This operation was aborted');
  error.name = 'AbortError';
  return error;
}
