import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startServer } from '../referenceServer/server.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { hasKeychain, startKeychain } from './keychain.ts';
import { startMcpServer } from './mcpServer.ts';
import { createPlace } from './place.ts';
import { openSession } from './processes/openSession.ts';

const examples = join(import.meta.dirname, '../../examples');

/** Runs the command-line tool, with its file in the folder. */
function createTool(url: string, folder: string) {
  const program = join(examples, 'command-line/main.ts');
  return async (command: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const env = { ...process.env, API_URL: url, XDG_DATA_HOME: folder, PASSWORD: 'lovelace', ...more };
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...command], { env });
    return stdout.trim();
  };
}

describe('The command-line tool', () => {
  test('keeps its user signed in from one run to the next, and refreshes once for three runs', async () => {
    await using place = await createPlace();
    await using server = await startServer({ argon2Cost: cheapArgon2Cost });
    const run = createTool(server.url, place.folder);
    expect(await run(['sign-in', 'ada'])).toBe('Signed in as ada');
    server.expireAccessTokens();
    const lists = await Promise.all(Array.from({ length: 3 }, () => run(['list'])));

    expect(new Set(lists)).toEqual(new Set(['1  ada\n2  ada\n3  ada']));
    expect(server.counts().refresh).toBe(1);
    expect(await run(['sign-out'])).toBe('Signed out');
    await expect(run(['list'])).rejects.toThrow('Sign in first');
  });

  test.skipIf(!hasKeychain)(
    'encrypts its file with one key from the keychain, also if four first runs start together',
    async () => {
      await using place = await createPlace();
      await using server = await startServer({ argon2Cost: cheapArgon2Cost });
      await using keychain = await startKeychain(place.folder);
      const run = createTool(server.url, place.folder);
      const env = { ...keychain.env, KEYCHAIN: '1' };
      const four = () => Array.from({ length: 4 }, () => run(['list'], env));
      const first = await Promise.allSettled([run(['sign-in', 'ada'], env), ...four()]);
      server.expireAccessTokens();
      const lists = await Promise.all(four());

      expect(first[0]).toMatchObject({ value: 'Signed in as ada' });
      expect(new Set(lists)).toEqual(new Set(['1  ada\n2  ada\n3  ada']));
      expect(server.counts().refresh).toBe(1);
      expect(await readFile(join(place.folder, 'sessionchart-example/session.json'), 'utf8')).toContain(
        'sealed',
      );
      await expect(run(['list']), 'without the key').rejects.toThrow('Sign in first');
      expect(await run(['list'], env)).toContain('ada');
    },
  );

  test.skipIf(process.platform !== 'linux')(
    'says that there is no keychain, and neither falls back nor writes a file',
    async () => {
      await using place = await createPlace();
      await using server = await startServer({ argon2Cost: cheapArgon2Cost });
      const run = createTool(server.url, place.folder);
      const env = {
        KEYCHAIN: '1',
        DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
        XDG_RUNTIME_DIR: place.folder,
      };

      await expect(run(['sign-in', 'ada'], env)).rejects.toThrow(
        'The keychain of the system cannot be used: ',
      );
      expect(server.counts().login).toBe(0);
      expect(await readdir(place.folder)).toEqual([]);
    },
  );
});

describe('The MCP client', () => {
  test('in four processes makes eight tool calls each over an expiry, with one refresh', async () => {
    await using place = await createPlace();
    await using mcp = await startMcpServer();
    using session = openSession({ baseUrl: mcp.url, path: place.path });
    await session.login({ username: 'ada', password: 'lovelace' });
    const program = join(examples, 'mcp-client/main.ts');
    const clients = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, [program, mcp.url, place.path], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      return { child, next: async () => String((await lines.next()).value) };
    });
    await Promise.all(clients.map(({ next }) => next()));
    mcp.api.expireAccessTokens();
    for (const { child } of clients) child.stdin.end('go\n');
    const results = await Promise.all(clients.map(({ next }) => next()));

    expect(new Set(results)).toEqual(
      new Set([JSON.stringify(Array.from({ length: 8 }, (_, n) => ({ twice: 2 * n })))]),
    );
    expect(mcp.statuses).toContain(401);
    expect(mcp.api.counts().refresh).toBe(1);
  });
});
