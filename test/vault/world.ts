import { onTestFinished } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import type { SessionOptions } from '../../src/index.ts';
import { workerVault } from '../../src/vault/index.ts';
import { readServeOptions } from '../../src/vault/worker/serveVault.ts';
import { createVaultServer } from '../../src/vault/worker/vaultServer.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { coded } from '../referenceServer/contracts/coded.ts';
import { express } from '../referenceServer/contracts/express.ts';
import { header } from '../referenceServer/contracts/header.ts';
import { message } from '../referenceServer/contracts/message.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { startServer } from '../referenceServer/server.ts';

interface Credentials {
  readonly username: string;
  readonly password: string;
}

export const contracts = { coded, express, header, message, rotating };

/** A vault in this process: pages are connected to it by message ports, as to a `SharedWorker`. */
export async function openVault(dialect: keyof typeof contracts = 'rotating') {
  const server = await startServer({ dialect, argon2Cost: cheapArgon2Cost });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const contract = contracts[dialect];
  const serve = createVaultServer(readServeOptions({ baseUrl: server.url, server: contract }));
  /** All messages between the pages and the worker. */
  const messages: unknown[] = [];

  function openPage(options: Partial<SessionOptions<unknown, Credentials>> = {}) {
    const vault = workerVault<unknown, Credentials>({
      worker() {
        const { port1, port2 } = new MessageChannel();
        serve(port2);
        return port1;
      },
      server: contract,
    });
    const session: Session<unknown, Credentials> = createSession({
      baseUrl: server.url,
      ...vault.options,
      ...options,
    });
    onTestFinished(() => {
      session.dispose();
      vault.close();
    });
    return session;
  }

  return { server, messages, openPage };
}
