/** The server's counts for one tab. */
export interface Served {
  /** Requests with a successful response. */
  readonly answered: number;
  readonly refreshes: number;
}

/** The server's counts since it started. */
export interface ServerRecord extends Served {
  /** Refresh tokens that were used a second time. */
  readonly reused: number;
  /** Counts by the tab's id (`observer.id`). */
  readonly tabs: Readonly<Record<string, Served>>;
}

export async function readServerRecord(): Promise<ServerRecord> {
  const answer = await fetch('/server');
  return (await answer.json()) as ServerRecord;
}

export async function expireAccessTokens(): Promise<void> {
  await fetch('/server/expire-access-tokens', { method: 'POST' });
}
