/** Actions of the page's own host, which no real API offers. */
export type Control = 'expire-access-tokens' | 'revoke-sessions';

export interface ServerCounts {
  readonly refresh: number;
  readonly api: number;
  /** The calls with the response 401 or 403. */
  readonly refused: number;
}

export async function operate(control: Control): Promise<void> {
  await fetch(`/controls/${control}`, { method: 'POST' });
}

export async function readCounts(): Promise<ServerCounts> {
  const answer = await fetch('/controls/counts');
  return (await answer.json()) as ServerCounts;
}
