import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compare } from '../compare.ts';
import { readItems } from '../clients.ts';
import type { Figure, Part } from '../figure.ts';

/** Starts an HTTP server in its own process, so that its CPU time does not count. */
async function startServer(): Promise<string> {
  const server = fork(join(import.meta.dirname, '..', 'httpServer.ts'));
  const [port] = (await once(server, 'message')) as [number];
  process.on('exit', () => server.kill());
  return `http://127.0.0.1:${port}/`;
}

/** One request through a vault, over HTTP on this machine. The page and the worker are one process with ports between them. */
const part: Part = async () => {
  // The sources: the built entry serves only the global scope of a worker.
  const { createSession, restContract } = await import('../../src/index.ts');
  const { workerVault } = await import('../../src/vault/index.ts');
  const { readServeOptions } = await import('../../src/vault/worker/serveVault.ts');
  const { createVaultServer } = await import('../../src/vault/worker/vaultServer.ts');
  const baseUrl = await startServer();
  const server = restContract({ login: 'login', refresh: 'refresh' });
  const serve = createVaultServer(readServeOptions({ baseUrl, server }));
  const worker = () => {
    const { port1, port2 } = new MessageChannel();
    serve(port2);
    return port1;
  };
  const direct = createSession({ baseUrl, server });
  const session = createSession({ baseUrl, ...workerVault({ worker, server }).options });
  await Promise.all([direct.login({}), session.login({})]);
  const figures: Figure[] = [];
  for (const concurrency of [1, 50]) {
    const candidates = {
      'session.fetch': () => readItems(direct.fetch('items')),
      'with a vault': () => readItems(session.fetch('items')),
    };
    const ratios = await compare(candidates, { concurrency, requests: 100, rounds: 40 });
    const name = `session.fetch with a vault / session.fetch, ${concurrency} at a time`;
    figures.push({ name, value: ratios['with a vault'] ?? Number.NaN, unit: '×' });
  }
  return figures;
};

export default part;
