/** What the page's own host can do to the server: no real one offers it. */
export type Control = 'expire-access-tokens' | 'revoke-sessions';

export interface ServerCounts {
  readonly refresh: number;
  readonly api: number;
  /** How many of them were answered with 401 or 403. */
  readonly refused: number;
}

export async function operate(control: Control): Promise<void> {
  await fetch(`/controls/${control}`, { method: 'POST' });
}

export async function readCounts(): Promise<ServerCounts> {
  const answer = await fetch('/controls/counts');
  return (await answer.json()) as ServerCounts;
}
