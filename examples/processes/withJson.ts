import { readFile, rm, writeFile } from 'node:fs/promises';
import { serveParent } from './protocol.ts';

/**
 * A process with a JSON file, as many command-line tools do it: it loads the tokens when it starts, refreshes once for all of
 * its own calls, writes the new tokens into the file, and signs the user out if the server refuses the refresh token.
 */
const [baseUrl = '', path = ''] = process.argv.slice(2);

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

let tokens: Tokens | null = JSON.parse(await readFile(path, 'utf8')) as Tokens;
let refreshing: Promise<void> | null = null;

async function refresh(): Promise<void> {
  const body = JSON.stringify({ refreshToken: tokens?.refreshToken });
  const response = await fetch(new URL('auth/refresh', baseUrl), { method: 'POST', body });
  if (response.ok) {
    tokens = (await response.json()) as Tokens;
    await writeFile(path, JSON.stringify(tokens));
  } else {
    tokens = null;
    await rm(path, { force: true });
  }
}

async function call(n: number, isAgain = false): Promise<number> {
  if (tokens === null) return 401;
  const headers = { Authorization: `Bearer ${tokens.accessToken}` };
  const { status } = await fetch(new URL(`api/items/${n}`, baseUrl), { headers });
  if (status !== 401 || isAgain) return status;
  refreshing ??= refresh().finally(() => {
    refreshing = null;
  });
  await refreshing;
  return call(n, true);
}

serveParent(call, () => tokens !== null);
