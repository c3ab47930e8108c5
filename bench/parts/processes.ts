import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../test/redis/server.ts';
import type { Part } from '../figure.ts';
import { measureSharing, type Medium, type Participant } from '../sharing.ts';

const children: ChildProcess[] = [];

/** Processes that share one session in a file, and in a Redis. */
const part: Part = async () => {
  const redis = await startRedis();
  const figures = [
    ...(await measureSharing(mediumOf('file'))),
    ...(await measureSharing(mediumOf('Redis', `redis://127.0.0.1:${redis.port}`))),
  ];
  // Before the Redis, whose end would be an error for them.
  for (const child of children) {
    child.kill();
    await once(child, 'exit');
  }
  await redis[Symbol.asyncDispose]();
  return figures;
};

function mediumOf(name: string, redisUrl = ''): Medium {
  return {
    name,
    participants: 'processes',
    async open(server, count) {
      const path = join(await mkdtemp(join(tmpdir(), 'bench-')), 'session.json');
      const opened: Participant[] = [];
      // The first one signs in.
      for (let index = 0; index < count; index += 1) opened.push(await start(server.url, path, redisUrl));
      return opened;
    },
  };
}

async function start(...parameters: readonly string[]): Promise<Participant> {
  const child = fork(join(import.meta.dirname, '../program.ts'), parameters, { execArgv: [] });
  children.push(child);
  await once(child, 'message');
  return async () => {
    child.send('send');
    const [failed] = (await once(child, 'message')) as [number];
    return failed;
  };
}

export default part;
