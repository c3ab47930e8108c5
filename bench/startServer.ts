import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts `httpServer.ts` in its own process, so that its CPU time does not count. Returns its address. */
export async function startServer(): Promise<string> {
  const server = fork(join(import.meta.dirname, 'httpServer.ts'));
  const [port] = (await once(server, 'message')) as [number];
  process.on('exit', () => server.kill());
  return `http://127.0.0.1:${port}/`;
}
