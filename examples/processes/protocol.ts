/** What the parent tells a process: to make so many calls. */
export interface Calls {
  readonly calls: number;
}

/** What the process answers: the status of each response, or 0 if the call failed. */
export interface Answers {
  readonly statuses: readonly number[];
  /** Whether the user is still signed in, as far as this process knows. */
  readonly isSignedIn: boolean;
}

/** Answers the parent with the outcome of each call. */
export function serveParent(call: (n: number) => Promise<number>, isSignedIn: () => boolean): void {
  process.on('message', ({ calls }: Calls) => {
    const made = Array.from({ length: calls }, (_, n) => call(n).catch(() => 0));
    void Promise.all(made).then((statuses) => {
      process.send?.({ statuses, isSignedIn: isSignedIn() } satisfies Answers);
    });
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
