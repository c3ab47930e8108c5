import { onTestFinished } from 'vitest';
import { createSession, type ServerContract } from '../../src/index.ts';
import { workerVault } from '../../src/vault/index.ts';
import { readServeOptions, type ServeVaultOptions } from '../../src/vault/worker/serveVault.ts';
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

/** A worker in this process. Its pages are connected to it by message ports, as to a `SharedWorker`. */
export function workerOf(options: ServeVaultOptions): () => MessagePort {
  const serve = createVaultServer(readServeOptions(options));
  return () => {
    const { port1, port2 } = new MessageChannel();
    serve(port2);
    return port1;
  };
}

/** A vault in this process. */
export function connect<User, Login>(baseUrl: string, server: ServerContract<User, Login>) {
  const vault = workerVault<User, Login>({ worker: workerOf({ baseUrl, server }), server });
  onTestFinished(() => vault.close());
  return vault;
}

/** A reference server, and sessions of it with one vault. */
export async function openVault(dialect: keyof typeof contracts = 'rotating') {
  const server = await startServer({ dialect, argon2Cost: cheapArgon2Cost });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const contract: ServerContract<unknown, Credentials> = contracts[dialect];
  return {
    server,
    openPage() {
      const session = createSession({ baseUrl: server.url, ...connect(server.url, contract).options });
      onTestFinished(() => session.dispose());
      return session;
    },
  };
}
