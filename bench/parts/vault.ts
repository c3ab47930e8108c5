import { compare } from '../compare.ts';
import { readItems } from '../clients.ts';
import type { Figure, Part } from '../figure.ts';
import { startServer } from '../startServer.ts';

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
      'session.fetch with a vault': () => readItems(session.fetch('items')),
    };
    const [ratio] = await compare(candidates, { concurrency, rounds: 40 });
    if (ratio) figures.push({ ...ratio, name: `${ratio.name}, ${concurrency} at a time`, unit: '×' });
  }
  return figures;
};

export default part;
