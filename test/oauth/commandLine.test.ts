import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createPlace } from '../node/place.ts';
import { startProvider, type TestProvider } from './provider.ts';
import { decideOnDevice, followTo } from './userAgent.ts';

const program = join(import.meta.dirname, '../../examples/command-line/main.ts');

/** Runs the tool, and gives each line that it shows to the user. */
async function run(
  { issuer, api }: TestProvider,
  folder: string,
  command: readonly string[],
  onLine: (line: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<string> {
  const env = { ...process.env, ISSUER: issuer, API_URL: api, CLIENT_ID: 'spa', XDG_DATA_HOME: folder };
  const child = spawn(process.execPath, [program, ...command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = text(child.stdout);
  for await (const line of createInterface(child.stderr)) await onLine(line);
  return (await output).trim();
}

const addressIn = (line: string): string => /http:\S+/.exec(line)?.[0] ?? '';

/** What the user does at each line. */
const users: Readonly<Record<string, (line: string) => Promise<unknown>>> = {
  async browser(line) {
    const url = addressIn(line);
    return fetch(await followTo(new URL(url).searchParams.get('redirect_uri') ?? '', url));
  },
  code: (line) => (line.startsWith('Or open ') ? decideOnDevice(addressIn(line)) : Promise.resolve()),
};

describe('The command-line tool at a provider', () => {
  test.each(['browser', 'code'])('signs in with `%s`, and refreshes once for two runs', async (way) => {
    await using place = await createPlace();
    await using provider = await startProvider({ redirectUris: ['http://127.0.0.1/callback'] });
    expect(await run(provider, place.folder, ['sign-in', way], users[way])).toBe('Signed in as ada');
    expect(await run(provider, place.folder, ['list'])).toBe('1  ada\n2  ada\n3  ada');
    provider.expireAccessTokens();
    const lists = await Promise.all(Array.from({ length: 2 }, () => run(provider, place.folder, ['list'])));
    expect(new Set(lists)).toEqual(new Set(['1  ada\n2  ada\n3  ada']));
    expect(provider.tokenRequests.filter(({ grant }) => grant === 'refresh_token')).toEqual([
      { grant: 'refresh_token', status: 200 },
    ]);
    expect(await run(provider, place.folder, ['sign-out'])).toBe('Signed out');
  });
});
