import { check, func, object } from '../errors/checks.ts';
import type { SessionOptions } from '../options.ts';
import { createConnection } from './connection.ts';
import type { VaultWorker } from './line.ts';
import { createVaultContract, createWorkerCalls, type VaultServer } from './vaultContract.ts';
import { createVaultFetch } from './vaultFetch.ts';
import { createVaultStore } from './vaultStore.ts';

export interface WorkerVaultOptions<User, Credentials> {
  /**
   * Starts the worker, whose module calls `serveVault`. Called before the first message, and again after the worker has
   * died. With a `SharedWorker`, all tabs share the session. With a `Worker`, each tab has its own.
   */
  worker: () => VaultWorker;
  /** The contract that the worker serves: the same object, from a module that both import. */
  server: VaultServer<User, Credentials>;
}

/** A vault for the tokens of one page. Created by {@link workerVault}. */
export interface WorkerVault<User, Credentials> {
  /** Options for `createSession`: `server`, `store` and `ky`. To add options of ky, spread `options.ky`. */
  readonly options: Required<Pick<SessionOptions<User, Credentials>, 'server' | 'store' | 'ky'>>;
  /** Closes the connection to the worker, and ends a `Worker`. Call it after `session.dispose()`. */
  close(this: void): void;
}

/**
 * Keeps the tokens of a session in a worker, out of reach of the scripts of the page. The worker calls `login`, `refresh` and
 * `logout` of the contract, and sends the requests of the session with the access token. The page has only handles: random
 * texts that are worth nothing elsewhere.
 *
 * The tokens are in the memory of the worker and nowhere else. They are gone when the last tab that uses the worker is closed
 * or reloaded: the user then signs in again, unless the contract can sign in silently (`silentSignIn`).
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { createSession, restContract } from 'sessionchart';
 * import { workerVault } from 'sessionchart/vault';
 *
 * const server = restContract({ login: 'auth/login', refresh: 'auth/refresh', logout: 'auth/logout' });
 * const vault = workerVault({
 *   worker: () => new SharedWorker(new URL('./vaultWorker.ts', import.meta.url), { type: 'module' }),
 *   server,
 * });
 * const session = createSession({ baseUrl: 'https://api.example.com', ...vault.options });
 * ```
 */
export function workerVault<User = unknown, Credentials = unknown>(
  options: WorkerVaultOptions<User, Credentials>,
): WorkerVault<User, Credentials> {
  check('options', options, object);
  const { worker, server } = options;
  check('worker', worker, func);
  check('server', server, object);
  const connection = createConnection<User>(worker);
  return {
    options: {
      server: createVaultContract(server, createWorkerCalls(connection)),
      store: createVaultStore(connection),
      ky: { fetch: createVaultFetch(connection) },
    },
    close: connection.close,
  };
}
