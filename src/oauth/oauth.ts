import type { SessionOptions } from '../options.ts';
import type { ServerContract } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import { createCodeFlow, type AuthorizationParameters } from './codeFlow.ts';
import { contractOf, providerCall } from './oauthContract.ts';
import { AuthorizationError } from './authorizationError.ts';
import { readOAuthOptions, type OAuthOptions, type OAuthUser } from './oauthOptions.ts';
import { createPendingSignIns } from './pendingSignIns.ts';
import { createProvider } from './provider.ts';
import type { SignIn, SignInCall } from './signIn.ts';
import { createTokenEndpoint, type ProviderCall } from './tokens.ts';

/** Options of `signIn()`. */
export interface RedirectOptions extends AuthorizationParameters {
  /** Where your program continues after the sign-in: returned by `complete()`. Default is the current address. */
  readonly returnTo?: string;
}

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
   * If a session is open already, it gets the new tokens if the same user has signed in, and is replaced otherwise.
   *
   * @param url - the address with the response. Default is that of the page
   * @throws {AuthorizationError} the provider refused (`error` is `access_denied`, for example), or the response belongs to no
   * sign-in that is under way (`unknown_state`)
   * @throws {LoginFailedError} the token request failed; its `cause` is the {@link AuthorizationError}, if there is one
   */
  complete(
    this: void,
    session: Session<User, SignIn>,
    url?: string | URL,
  ): Promise<{ readonly returnTo: string }>;
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
  const { origins } = settings.apis;
  const provider = createProvider(settings);
  const endpoint = createTokenEndpoint(settings, provider);
  const codeFlow = createCodeFlow(settings, endpoint);
  const pending = createPendingSignIns(settings);
  let last: Promise<{ readonly returnTo: string }> | null = null;

  const callOf = (call: ProviderCall): SignInCall => ({ ...call, settings, codeFlow, endpoint });

  async function completeOnce(session: Session<OAuthUser, SignIn>, response: URLSearchParams) {
    const found = pending.take(response.get('state') ?? '');
    if (found === null)
      throw new AuthorizationError('unknown_state', 'The response belongs to no sign-in that is under way');
    const signIn: SignIn = { run: ({ codeFlow: { exchange }, ...call }) => exchange(call, found, response) };
    await session.ready();
    const { isSignedIn, stepUp } = session.getSnapshot();
    if (isSignedIn && stepUp === null) await session.adopt(await signIn.run(callOf(directCall())));
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
    async signIn({ returnTo, ...parameters } = {}) {
      const { url, signIn } = await codeFlow.begin(directCall(), parameters, settings.redirectUri());
      pending.add({ ...signIn, returnTo: returnTo ?? location.href, at: Date.now() });
      settings.navigate(url);
    },
    complete(session, url) {
      const { searchParams } = new URL(url ?? location.href);
      if (url === undefined) clearAddress();
      // StrictMode and routers call twice; the address has no response any more.
      if (!searchParams.has('state') && last !== null) return last;
      last = completeOnce(session, searchParams);
      return last;
    },
  };
}

/** A call outside a session's contract. */
const directCall = (): ProviderCall => ({
  fetch: (url, { body = null, ...init }) => fetch(url, { body, ...init }),
  signal: new AbortController().signal,
});

/** Removes the response from the page's address, so that it stays in no history and no log. */
function clearAddress(): void {
  const { pathname, hash } = location;
  history.replaceState(history.state, '', pathname + hash);
}
