import type { SessionOptions } from '../options.ts';
import type { ServerContract } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import { SessionError } from '../errors/errors.ts';
import { hasCode } from '../errors/hasCode.ts';
import { LoginFailedError } from '../errors/loginErrors.ts';
import { redact } from '../errors/redact.ts';
import { createCodeFlow, type AuthorizationParameters } from './codeFlow.ts';
import { contractOf, providerCall } from './oauthContract.ts';
import { AuthorizationError, isAuthorizationError } from './authorizationError.ts';
import { handOver, isOfWindow } from './handOver.ts';
import { readOAuthOptions, type OAuthOptions, type OAuthUser } from './oauthOptions.ts';
import { createPendingSignIns } from './pendingSignIns.ts';
import { protocolSlot, type ProtocolSlot } from './protocolObserver.ts';
import { createProvider } from './provider.ts';
import type { SignIn, SignInCall } from './signIn.ts';
import { createTokenEndpoint, type ProviderCall } from './tokens.ts';

/** Options of `signIn()`. */
export interface RedirectOptions extends AuthorizationParameters {
  /** Where your program continues after the sign-in: returned by `complete()`. Default is the current address. */
  readonly returnTo?: string;
}

type OAuthSession = Session<OAuthUser, SignIn>;

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
   * @throws {LoginFailedError} the provider is down (`verdict` is `unavailable`), or another user has signed in than the one of
   * whom a stronger sign-in was asked (`subjectMismatch`)
   */
  complete(
    this: void,
    session: Session<User, SignIn>,
    url?: string | URL,
  ): Promise<{ readonly returnTo: string }>;
  /** Used by `observeProtocol` of `sessionchart/observe`. */
  readonly [protocolSlot]: ProtocolSlot;
}

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
  let last: { readonly state: string; readonly done: Promise<{ readonly returnTo: string }> } | null = null;

  /** A call outside a session's contract. */
  const directCall = (): ProviderCall => ({ fetch: settings.fetch, signal: new AbortController().signal });
  const callOf = (call: ProviderCall): SignInCall => ({ ...call, settings, codeFlow, endpoint });

  /**
   * Another user replaces the session, unless an API asked for this one. A `login()` would be overtaken by a tab that returns
   * at the same time, and would revoke its tokens: at many providers also those of the other tab, which belong to one grant.
   */
  async function adoptGrant({ getSnapshot, adopt }: OAuthSession, { run }: SignIn, isStepUp: boolean) {
    const call = directCall();
    const grant = await run<OAuthUser>(callOf(call));
    const { isSignedIn, user } = getSnapshot();
    if (isStepUp && isSignedIn && grant.user?.sub !== user?.sub) {
      await endpoint.revoke(call, grant).catch(() => undefined);
      throw new LoginFailedError({ status: null, serverCode: null, verdict: 'subjectMismatch' });
    }
    await adopt(grant);
  }

  async function completeOnce(session: OAuthSession, response: URLSearchParams) {
    const found = pending.take(response.get('state') ?? '');
    if (found === null)
      throw new AuthorizationError('unknown_state', 'The response belongs to no sign-in that is under way');
    const signIn: SignIn = { run: ({ codeFlow: { exchange }, ...call }) => exchange(call, found, response) };
    await session.ready();
    if (session.getSnapshot().stepUp === null) await adoptGrant(session, signIn, found.isStepUp);
    else await session.login(signIn);
    return { returnTo: found.returnTo };
  }

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
      const target = { redirectUri: settings.redirectUri() };
      const { url, signIn } = await codeFlow.begin(directCall(), parameters, target);
      const isStepUp = (parameters.acrValues ?? parameters.maxAge ?? null) !== null;
      pending.add({ ...signIn, returnTo, isStepUp, at: Date.now() });
      settings.navigate(url);
    },
    complete(session, url) {
      const { searchParams } = new URL(url ?? location.href);
      if (url === undefined) clearAddress();
      // StrictMode and routers call twice; the address has no response any more.
      const state = searchParams.get('state') ?? last?.state ?? '';
      if (last?.state !== state) {
        const done = isOfWindow(state)
          ? handOver(searchParams, session.clock)
          : completeOnce(session, searchParams).catch(throwReason);
        slot.observer?.returned(searchParams, done);
        last = { state, done };
      }
      return last.done;
    },
    [protocolSlot]: slot,
  };
}

/** `complete()` rejects with the error of the protocol, whether or not a session was open. */
function throwReason(error: unknown): never {
  if (hasCode(error, 'ERR_LOGIN_FAILED')) throw isAuthorizationError(error.cause) ? error.cause : error;
  if (error instanceof SessionError) throw error;
  const cause = redact(error, 'complete');
  throw new LoginFailedError({ status: null, serverCode: null, verdict: 'unavailable' }, { cause });
}

/** Removes the response from the page's address, so that it stays in no history and no log. */
function clearAddress(): void {
  const url = new URL(location.href);
  const names = ['code', 'state', 'iss', 'session_state', 'error', 'error_description', 'error_uri'];
  for (const name of names) url.searchParams.delete(name);
  history.replaceState(history.state, '', url.href);
}
