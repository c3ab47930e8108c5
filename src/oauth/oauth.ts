import { InvalidOptionError } from '../errors/errors.ts';
import type { SessionOptions } from '../options.ts';
import { systemClock } from '../platform/clock.ts';
import type { ServerContract } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import { createCallbackPage } from './callbackPage.ts';
import type { AuthorizationParameters, RedirectOptions, ServerSignIns } from './codeFlow.ts';
import { createCodeFlow } from './createCodeFlow.ts';
import { createWorkerOAuth } from './createWorkerOAuth.ts';
import { inTime } from './inTime.ts';
import { contractOf } from './oauthContract.ts';
import { readOAuthOptions, type OAuthOptions } from './oauthOptions.ts';
import { createPendingSignIns, isStepUp, type RedirectedSignIn } from './pendingSignIns.ts';
import { protocolSlot, type ProtocolSlot } from './protocolObserver.ts';
import { createProvider } from './provider.ts';
import { providerCall, type ProviderCall } from './providerCall.ts';
import type { SignIn, SignInCall } from './signIn.ts';
import { createTokenEndpoint } from './tokens.ts';
import type { OAuthUser } from './windowSignIn.ts';
import type { WorkerOAuth } from './workerOAuth.ts';

/** Sign-ins at a provider. Created by {@link oauth}. */
export interface OAuth<User> {
  /** Options of `createSession`: spread them. */
  readonly options: Pick<SessionOptions<User, SignIn>, 'login' | 'trustedOrigins'> & {
    readonly server: ServerContract<User, SignIn>;
  };
  /**
   * Leaves the page for the provider's sign-in page. The user returns to `redirectUri`, where your program calls
   * {@link complete}. Resolves when the browser begins to leave.
   *
   * @throws {AuthorizationError} the provider's metadata cannot be read, or it refuses the pushed request
   */
  signIn(this: void, options?: RedirectOptions): Promise<void>;
  /**
   * Completes the sign-in on the page of `redirectUri`: checks the response in the page's address, exchanges its code for
   * tokens and signs in. Removes the response from the address. A second call for the same response joins the first.
   *
   * If a session is open already, it gets the new tokens if the same user has signed in, and is replaced otherwise. After
   * `signIn` with `acrValues` or `maxAge`, another user is refused, and the session stays.
   *
   * In a popup or a frame, it hands the response to the page that opened it, closes the window, and stays pending.
   *
   * @param url - the address with the response. Default is that of the page
   * @throws {AuthorizationError} the provider refused (`error` is `access_denied`, for example), its response was refused, or
   * it belongs to no sign-in that is under way or is older than an hour (`unknown_state`)
   * @throws {LoginFailedError} the provider is down or does not respond for 30 seconds (`verdict` is `unavailable`), or another
   * user has signed in than the one of whom a stronger sign-in was asked (`subjectMismatch`)
   */
  complete(
    this: void,
    session: Session<User, SignIn>,
    url?: string | URL,
  ): Promise<{ readonly returnTo: string }>;
  /** Used by `observeProtocol` of `sessionchart/observe`. */
  readonly [protocolSlot]: ProtocolSlot;
  /** Used by `signIn` and `complete` of `serverSessions` (`sessionchart/server`). */
  readonly onServer: ServerSignIns<User>;
  /** The same provider for `serveVault` of `sessionchart/vault/worker`: its tokens and keys stay in a worker. */
  inWorker(this: void): WorkerOAuth;
}

/** How long the provider may take for a step of a sign-in, in milliseconds. */
const longestCall = 30_000;

/**
 * Describes a provider of OAuth 2.1 or OpenID Connect: sign-in by redirect with PKCE, refresh, revocation, and DPoP with
 * `dpop()`. The protocol is that of oauth4webapi, which you install too.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { createSession, webStorageStore } from 'sessionchart';
 * import { oauth } from 'sessionchart/oauth';
 *
 * const auth = oauth({
 *   issuer: 'https://id.example.com',
 *   clientId: 'shop',
 *   redirectUri: '/callback',
 *   scope: 'openid email offline_access',
 *   user: ({ sub, email }) => ({ sub, email }),
 * });
 * const session = createSession({
 *   baseUrl: 'https://api.example.com',
 *   ...auth.options,
 *   store: webStorageStore(() => localStorage),
 * });
 *
 * if (location.pathname === '/callback') {
 *   const { returnTo } = await auth.complete(session);
 *   location.replace(returnTo);
 * }
 * document.querySelector('#sign-in')?.addEventListener('click', () => void auth.signIn());
 * ```
 */
export function oauth<User extends OAuthUser = OAuthUser>(options: OAuthOptions<User>): OAuth<User>;
export function oauth(options: OAuthOptions): OAuth<OAuthUser> {
  const settings = readOAuthOptions(options);
  const {
    apis: { origins },
    slot,
  } = settings;
  const provider = createProvider(settings);
  const endpoint = createTokenEndpoint(settings, provider);
  const codeFlow = createCodeFlow(settings, endpoint);
  const pending = createPendingSignIns(settings);
  /** Runs a call outside a session's contract. */
  const direct = <Result>(run: (call: ProviderCall) => Promise<Result>) =>
    inTime({ clock: systemClock, limit: longestCall }, (signal) => run({ fetch: settings.fetch, signal }));
  const callOf = (call: ProviderCall): SignInCall => ({
    ...call,
    settings,
    codeFlow,
    endpoint,
    async begin(parameters, state) {
      const target = { redirectUri: settings.redirectUri(), state };
      const { url, signIn } = await codeFlow.begin(call, parameters, target);
      slot.observer?.redirected(url);
      return {
        url,
        exchange(response) {
          const exchanged = codeFlow.exchange(call, signIn, response);
          slot.observer?.returned(response, exchanged);
          return exchanged;
        },
      };
    },
  });

  const begin = (parameters: AuthorizationParameters) =>
    direct((call) => codeFlow.begin(call, parameters, { redirectUri: settings.redirectUri() }));
  const onServer: ServerSignIns<OAuthUser> = {
    redirectUri: settings.redirectUri,
    begin,
    exchange: (signIn, response) => direct((call) => codeFlow.exchange(call, signIn, response)),
    revoke: (grant) => direct((call) => endpoint.revoke(call, grant)),
  };

  const complete = createCallbackPage<SignIn, RedirectedSignIn>({
    find: pending.take,
    exchange: onServer.exchange,
    revoke: onServer.revoke,
    returned: (response, done) => slot.observer?.returned(response, done),
  });

  return {
    options: {
      server: {
        ...contractOf({ settings, endpoint, client: provider.client }),
        login: ({ credentials, ...call }) => credentials.run(callOf(providerCall(call))),
      },
      login: { timeout: false },
      ...(origins.length > 0 && { trustedOrigins: origins }),
    },
    async signIn({ returnTo = location.href, ...parameters } = {}) {
      const { url, signIn } = await begin(parameters);
      pending.add({ ...signIn, returnTo, isStepUp: isStepUp(parameters), at: Date.now() });
      settings.navigate(url);
    },
    complete,
    get onServer() {
      if (settings.postLogoutRedirectUri === null) return onServer;
      throw new InvalidOptionError('postLogoutRedirectUri', 'left out on a web server', 'an address');
    },
    inWorker: () => createWorkerOAuth(settings),
    [protocolSlot]: slot,
  };
}
