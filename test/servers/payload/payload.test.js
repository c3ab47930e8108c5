import { getRequestListener } from '@hono/node-server';
import { sqliteAdapter } from '@payloadcms/db-sqlite';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConfig, getPayload, handleEndpoints } from 'payload';
import { expiredJwt } from '../expiredJwt.js';
import { listen } from '../listen.js';
import { testRecipe } from '../testRecipe.js';
import { payload as contract } from './contract.ts';

async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'payload-'));
  const secret = 'a secret of the tests';
  const config = await buildConfig({
    secret,
    db: sqliteAdapter({ client: { url: `file:${folder}/db` } }),
    collections: [
      { slug: 'users', auth: true, fields: [] },
      { slug: 'secrets', access: { read: () => false }, fields: [] },
    ],
    telemetry: false,
    typescript: { autoGenerate: false },
    email: () => ({ name: 'none', defaultFromAddress: '', defaultFromName: '', sendEmail: async () => {} }),
  });
  const payload = await getPayload({ config });
  const http = createServer(
    getRequestListener((request) => handleEndpoints({ config, request: request.clone() })),
  );
  const { origin, stop } = await listen(http);
  const credentials = { email: 'ada@example.com', password: 'lovelace' };
  await payload.create({ collection: 'users', data: credentials });
  const key = createHash('sha256').update(secret).digest('hex').slice(0, 32);
  return {
    baseUrl: `${origin}/api/`,
    credentials,
    expire: (record) => ({ ...record, accessToken: expiredJwt(record.accessToken, key) }),
    async revoke() {
      await payload.update({ collection: 'users', where: {}, data: { sessions: [] } });
    },
    async stop() {
      stop();
      await payload.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

testRecipe('Payload', contract, start, {
  resource: 'users',
  forbidden: 'secrets',
  user: { email: 'ada@example.com' },
  refused: { verdict: 'invalidCredentials', status: 401 },
  expired: 'endsByClock',
  afterLogout: { accessToken: 'refused', refresh: 'refused' },
});
