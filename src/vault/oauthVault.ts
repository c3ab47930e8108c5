import { check, func, object } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { AuthorizationError } from '../oauth/authorizationError.ts';
import { createCallbackPage } from '../oauth/callbackPage.ts';
import type { RedirectOptions } from '../oauth/codeFlow.ts';
import type { OAuthUser, WindowSignInCall } from '../oauth/windowSignIn.ts';
import type { SessionOptions } from '../options.ts';
import type { ContractCall, Grant } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import { createConnection } from './connection.ts';
import type { VaultWorker } from './line.ts';
import type { CallAnswer, Refusal, ReturnedSignIn } from './protocol.ts';
import {
  createVaultContract,
  createWorkerCalls,
  grantIn,
  handlesOf,
  type VaultServer,
} from './vaultContract.ts';
import { createVaultFetch } from './vaultFetch.ts';
import { createVaultStore } from './vaultStore.ts';

/** A way to sign in, for `session.login`: `popup()` or `silentFrame()`. */
export interface VaultSignIn {
  readonly run: <User>(call: WindowSignInCall<User>) => Promise<Grant<User>>;
}

export interface OAuthVaultOptions {
  /** Starts the worker, whose module calls `serveVault` with `auth`. See `worker` of {@link workerVault}. */
  worker: () => VaultWorker;
  /** Leaves the page. Default is `location.assign`. */
  navigate?: (this: void, url: string) => void;
}

/** Sign-ins at a provider whose tokens stay in a worker. Created by {@link oauthVault}. */
export interface OAuthVault<User> {
  /** Options for `createSession`: spread them. To add options of ky, spread `options.ky`. */
  readonly options: Required<Pick<SessionOptions<User, VaultSignIn>, 'server' | 'store' | 'ky' | 'login'>>;
  /**
   * Leaves the page for the provider's sign-in page, as `signIn()` of `oauth()` does.
   *
   * @throws {AuthorizationError} the provider's metadata cannot be read, or it refuses the pushed request
   */
  signIn(this: void, options?: RedirectOptions): Promise<void>;
  /**
   * Completes the sign-in on the page of `redirectUri`, as `complete()` of `oauth()` does: the worker exchanges the code. Go
   * on without loading another page: the tokens end with the last page of the worker.
   *
   * @throws {AuthorizationError} as with `oauth()`
   * @throws {LoginFailedError} as with `oauth()`
   */
  complete(
    this: void,
    session: Session<User, VaultSignIn>,
    url?: string | URL,
  ): Promise<{ readonly returnTo: string }>;
  /** Closes the connection to the worker, and ends a `Worker`. Call it after `session.dispose()`. */
  close(this: void): void;
}

interface Returned extends ReturnedSignIn {
  readonly state: string;
}

/**
 * Signs users in at a provider of OAuth 2.1 or OpenID Connect, and keeps the tokens in a worker, out of reach of the scripts of
 * the page. The worker has the code verifiers and the keys of DPoP, exchanges the codes, refreshes and revokes. The page
 * leads the user to the provider and hands the response over.
 *
 * The module of the worker calls `serveVault({ baseUrl, auth: oauth({ … }) })`. `session.login()` takes `popup()` and
 * `silentFrame()`, with which the verifier never leaves the worker.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { oauthVault } from 'sessionchart/vault';
 *
 * const auth = oauthVault({
 *   worker: () => new SharedWorker(new URL('./vaultWorker.ts', import.meta.url), { type: 'module' }),
 * });
 * const session = createSession({ baseUrl: 'https://api.example.com', ...auth.options });
 *
 * if (location.pathname === '/callback') {
 *   const { returnTo } = await auth.complete(session);
 *   history.replaceState(null, '', returnTo);
 * }
 * document.querySelector('#sign-in')?.addEventListener('click', () => void auth.signIn());
 * ```
 */
export function oauthVault<User extends OAuthUser = OAuthUser>(options: OAuthVaultOptions): OAuthVault<User>;
export function oauthVault(options: OAuthVaultOptions): OAuthVault<OAuthUser> {
  check('options', options, object);
  expectKnown('', options, ['worker', 'navigate']);
  const { worker, navigate = (url: string) => location.assign(url) } = options;
  check('worker', worker, func);
  check('navigate', navigate, func);
  const connection = createConnection<OAuthUser>(worker);
  const { call, close } = connection;
  /** The handle with which the session began that ended last. The tokens of a refused sign-in are revoked too, and end nothing. */
  let ended: string | undefined;
  const callWorker = createWorkerCalls(connection);
  const authorize = async (request: RedirectOptions, state: string | null, signal?: AbortSignal) => {
    const answer = await call('authorize', { ...request, state }, signal);
    return 'url' in answer ? answer : refuse(answer.refusal);
  };

  function signInCallOf(given: ContractCall): WindowSignInCall {
    const redeem = async (response: URLSearchParams) =>
      tokensIn(await callWorker('login', credentialsOf(response), given));
    return {
      signal: given.signal,
      begin: async (parameters, state) => ({
        ...(await authorize(parameters, state, given.signal)),
        exchange: redeem,
      }),
    };
  }

  return {
    options: {
      server: {
        ...createVaultContract<OAuthUser, never>(serverOfPage, callWorker),
        login: ({ credentials, ...given }) => credentials.run(signInCallOf(given)),
        async logout(session) {
          const answer = await callWorker('logout', handlesOf(session), session);
          const isEnd = session.secrets?.['firstHandle'] === ended;
          if (isEnd && answer.endSessionUrl !== undefined) navigate(answer.endSessionUrl);
          return grantIn(answer);
        },
        discardSecrets({ firstHandle }, now) {
          if (now === null) ended = firstHandle;
        },
      },
      store: createVaultStore(connection),
      ky: { fetch: createVaultFetch(connection) },
      login: { timeout: false },
    },
    async signIn({ returnTo = location.href, ...parameters } = {}) {
      navigate((await authorize({ returnTo, ...parameters }, null)).url);
    },
    complete: createCallbackPage<VaultSignIn, Returned>({
      async find(state) {
        const found = await call('returned', { state });
        return found && { ...found, state };
      },
      exchange: async (_, response) => tokensIn(await call('login', credentialsOf(response))),
      revoke: ({ accessToken, refreshToken = null, user = null }) =>
        call('logout', { accessToken, refreshToken, user }),
    }),
    close,
  };
}

/** What the session of a page must know of the contract of the worker. */
const serverOfPage: VaultServer<OAuthUser, string> = {
  login: true,
  refresh: true,
  logout: true,
  isSameUser: (before, now) => before.sub === now.sub,
  errorCodes: { use_dpop_nonce: 'none', invalid_dpop_proof: 'none' },
};

const credentialsOf = (response: URLSearchParams) => ({ credentials: String(response), challenge: null });

/** @throws {AuthorizationError} the provider or its response was refused */
function tokensIn(answer: CallAnswer<OAuthUser>): Grant<OAuthUser> {
  if (answer.refusal !== undefined) refuse(answer.refusal);
  const grant = grantIn(answer);
  // By this handle, the page knows the session until it ends. It is no secret, and a refresh leaves it as it is.
  return { ...grant, secrets: { firstHandle: grant.accessToken ?? '' } };
}

function refuse({ error, message, description }: Refusal): never {
  throw new AuthorizationError(error, message, description);
}
