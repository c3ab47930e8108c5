import bcrypt from 'bcryptjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import RED from 'node-red';
import { listen } from '../listen.js';
import { testRecipe } from '../testRecipe.js';
import { nodeRed } from './contract.ts';

async function start() {
  const userDir = await mkdtemp(join(tmpdir(), 'node-red-'));
  const http = createServer((request, response) => RED.httpAdmin(request, response));
  const stored = { flows: [], credentials: {}, settings: {}, sessions: {} };
  const storageModule = {
    init: async () => {},
    ...Object.fromEntries(
      ['Flows', 'Credentials', 'Settings', 'Sessions'].flatMap((name) => [
        [`get${name}`, async () => stored[name.toLowerCase()]],
        [`save${name}`, async (value) => void (stored[name.toLowerCase()] = value)],
      ]),
    ),
    getLibraryEntry: async () => [],
    saveLibraryEntry: async () => {},
  };
  RED.init(http, {
    userDir,
    httpAdminRoot: '/',
    disableEditor: true,
    storageModule,
    logging: { console: { level: 'off' } },
    adminAuth: {
      type: 'credentials',
      users: [{ username: 'ada', password: bcrypt.hashSync('lovelace', 8), permissions: '*' }],
    },
  });
  await RED.start();
  const { origin, stop } = await listen(http);
  return {
    baseUrl: origin,
    credentials: { username: 'ada', password: 'lovelace' },
    expire({ accessToken }) {
      stored.sessions[accessToken].expires = 0;
    },
    async stop() {
      stop();
      await RED.stop();
      await rm(userDir, { recursive: true });
    },
  };
}

testRecipe('Node-RED', nodeRed, start, {
  resource: 'flows',
  user: { username: 'ada' },
  refused: { verdict: 'invalidCredentials', status: 403, serverCode: 'invalid_grant' },
  expired: 'ends',
  afterLogout: { accessToken: 'refused' },
});
