import { describe, expectTypeOf, test } from 'vitest';
import { createSession, restContract } from '../../src/index.ts';
import { workerVault } from '../../src/vault/index.ts';
import { serveVault } from '../../src/vault/worker/index.ts';

interface User {
  id: string;
}

const server = restContract<User, { password: string }>({ login: 'login', refresh: 'refresh' });
declare const worker: () => Worker | SharedWorker;

describe('a vault', () => {
  test('passes the user and the credentials of its contract on to the session', () => {
    const session = createSession({ baseUrl: '/', ...workerVault({ worker, server }).options });
    expectTypeOf(session.getSnapshot().user).toEqualTypeOf<User | null>();
    expectTypeOf(session.login).parameter(0).toEqualTypeOf<{ password: string }>();
  });

  test('takes `true` in place of a function of the contract', () => {
    const vault = workerVault<User, { password: string }>({ worker, server: { login: true, refresh: true } });
    expectTypeOf(vault.options.server.login).not.toBeBoolean();
  });

  test('needs a worker and a contract', () => {
    // @ts-expect-error there is no worker
    workerVault({ server });
    // @ts-expect-error an address is no worker
    workerVault({ worker: './vaultWorker.ts', server });
    // @ts-expect-error the worker needs the contract itself
    serveVault({ baseUrl: '/', server: { login: true } });
  });
});
