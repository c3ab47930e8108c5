import { check, expectMembers, object } from '../../errors/checks.ts';
import { isError } from '../../errors/errorKind.ts';
import { expectKnown } from '../../errors/knownNames.ts';
import type { WorkerOAuth } from '../../oauth/workerOAuth.ts';
import type { RefreshOptions } from '../../options.ts';
import type { ServerContract } from '../../server/contract.ts';
import { readOptions } from '../../session/settings.ts';
import { number, readMessage } from './fields.ts';
import { createOAuthSignIns } from './oauthSignIns.ts';
import { createVaultServer, type PageLine, type ServeSettings } from './vaultServer.ts';

export type ServeVaultOptions = ServeContractOptions | ServeProviderOptions;

interface CommonOptions {
  /** As in `createSession`. A path is resolved against the address of the worker. */
  baseUrl: string | URL;
  /** Origins, other than that of `baseUrl`, that may receive the access token. Default is none. */
  trustedOrigins?: readonly (string | URL)[];
  /** `timeout` and `refusedBy` of `createSession`, for the calls that the worker makes. */
  refresh?: Pick<RefreshOptions, 'timeout' | 'refusedBy'>;
}

/** Serves pages with `workerVault`. */
export interface ServeContractOptions extends CommonOptions {
  /**
   * The contract of the server. One that you write yourself must name its `endpoints`, so that the worker can refuse to show the
   * responses of `login` and `refresh` to the page.
   */
  server: ServerContract;
  auth?: never;
}

/** Serves pages with `oauthVault`. */
export interface ServeProviderOptions extends CommonOptions {
  /** The provider: the result of `oauth()`. Keys of `dpop()` stay in the memory of the worker. */
  auth: { inWorker(this: void): WorkerOAuth };
  server?: never;
}

/**
 * Keeps the tokens of a session in this worker, for the pages that use `workerVault`. Call it once, at the top of the module
 * of a `SharedWorker` or a `Worker`.
 *
 * A page gets no token: only handles for the tokens, and the responses to its requests. The worker sends a token to `baseUrl`
 * and `trustedOrigins` only, and fails a request that is redirected elsewhere.
 *
 * @example
 * ```ts
 * import { restContract } from 'sessionchart';
 * import { serveVault } from 'sessionchart/vault/worker';
 *
 * const server = restContract({ login: 'auth/login', refresh: 'auth/refresh', logout: 'auth/logout' });
 * serveVault({ baseUrl: 'https://api.example.com', server });
 * ```
 */
export function serveVault(options: ServeVaultOptions): void {
  const serve = serverOf(options);
  // A page would see the message of an uncaught error, which may quote a token.
  globalThis.addEventListener('error', (event: Event) => {
    event.preventDefault();
    console.error('An error in the worker of the vault was not caught', Reflect.get(event, 'error'));
  });
  if ('onconnect' in globalThis) {
    globalThis.addEventListener('connect', (event: Event) => {
      if (event instanceof MessageEvent) event.ports.forEach(serve);
    });
  } else serve(globalThis);
}

/** Wrong options are told to the pages: of a worker that fails, a page learns nothing. */
function serverOf(options: ServeVaultOptions): (line: PageLine) => void {
  try {
    return createVaultServer(readServeOptions(options));
  } catch (error) {
    console.error(error);
    const { name, message } = isError(error) ? error : new Error('The options are not valid');
    return (line) => {
      line.addEventListener('message', (event: Event) => {
        if (event instanceof MessageEvent)
          line.postMessage({ id: number(readMessage(event.data), 'id'), error: { name, message } });
      });
      line.start?.();
    };
  }
}

/** @throws {InvalidOptionError} an option is not valid */
export function readServeOptions(options: ServeVaultOptions): ServeSettings {
  check('options', options, object);
  expectKnown('', options, ['baseUrl', 'server', 'auth', 'trustedOrigins', 'refresh']);
  const { baseUrl, auth, server: given, ...rest } = options;
  if (auth !== undefined) expectMembers('auth', auth, ['inWorker']);
  const provider = auth?.inWorker() ?? null;
  const signIns = provider && createOAuthSignIns(provider);
  const address =
    typeof baseUrl === 'string' && baseUrl.startsWith('/') ? new URL(baseUrl, location.href) : baseUrl;
  // The page limits the time of a sign-in.
  const settings = readOptions({
    ...rest,
    server: check('server', signIns?.contract ?? given, {
      ...object,
      expected: 'a contract (or use `auth`)',
    }),
    ...(provider !== null && {
      trustedOrigins: [...(rest.trustedOrigins ?? []), ...provider.origins],
    }),
    baseUrl: address,
    login: { timeout: false },
  });
  const { server } = settings;
  if ('login' in server || 'refresh' in server)
    check('server.endpoints', server.endpoints, {
      ...object,
      expected: 'the addresses of `login` and `refresh`',
    });
  return { ...settings, signIns };
}
