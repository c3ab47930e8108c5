/** What the server has done for one tab. */
export interface Served {
  /** Requests that got what they had asked for. */
  readonly answered: number;
  readonly refreshes: number;
}

/** What the server has seen since it was started. */
export interface ServerRecord extends Served {
  /** Refresh tokens that came a second time. */
  readonly reused: number;
  /** By the id that a tab's session has among its peers. */
  readonly tabs: Readonly<Record<string, Served>>;
}

export async function readServerRecord(): Promise<ServerRecord> {
  const answer = await fetch('/server');
  return (await answer.json()) as ServerRecord;
}

export async function expireAccessTokens(): Promise<void> {
  await fetch('/server/expire-access-tokens', { method: 'POST' });
}
