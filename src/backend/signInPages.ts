import { check, expectMembers, text } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { isLoginFailedError } from '../errors/guards.ts';
import { sessionErrorOf } from '../errors/sessionErrorOf.ts';
import { isAuthorizationError } from '../oauth/authorizationError.ts';
import type { AuthorizationParameters } from '../oauth/codeFlow.ts';
import type { WebCookies } from './cookies.ts';
import type { ServerSessions, SignInProvider } from './serverSessions.ts';

/** Answers a request of {@link sessionHandler}. */
export type Route = (request: Request, cookies: WebCookies) => Promise<Response>;

interface Paths {
  readonly path: string;
  readonly errorPage: string | undefined;
}

/**
 * Creates the two pages of a sign-in at a provider, by their paths: the browser goes to both of them itself.
 *
 * @throws {InvalidOptionError} an option is not valid
 */
export function signInPages<User>(
  sessions: ServerSessions<User>,
  auth: SignInProvider<User>,
  { path, errorPage = '/' }: Paths,
): Readonly<Record<string, Route>> {
  expectMembers('sessions', sessions, ['signIn', 'complete']);
  const { onServer } = auth;
  const callback = new URL(onServer.redirectUri());
  /** An address of this site without its origin, which another server in front may have. */
  const localPath = (given: string): string | null => {
    if (!URL.canParse(given, callback.origin)) return null;
    const { origin, pathname, search, hash } = new URL(given, callback.origin);
    // Without its origin, `https://app.example//other.example` would be an address of the other one.
    return origin === callback.origin && !pathname.startsWith('//') ? pathname + search + hash : null;
  };
  const failed = localPath(check('errorPage', errorPage, text));
  if (failed === null) throw new InvalidOptionError('errorPage', 'a path of this site', 'another origin');

  const orErrorPage =
    (lead: (request: Request, cookies: WebCookies) => Promise<string>): Route =>
    async (request, cookies) => {
      try {
        return seeOther(await lead(request, cookies));
      } catch (error) {
        const page = new URL(failed, callback.origin);
        page.searchParams.set('error', codeOf(error));
        return seeOther(page.pathname + page.search + page.hash);
      }
    };

  return {
    [`${path}/login`]: orErrorPage((request, cookies) => {
      const { searchParams } = new URL(request.url);
      // Another site must not lead the user to itself through this one.
      const returnTo = localPath(searchParams.get('returnTo') ?? '/') ?? '/';
      return sessions.signIn(cookies, auth, { returnTo, ...parametersIn(searchParams) });
    }),
    [callback.pathname]: orErrorPage(async (request, cookies) => {
      const { returnTo } = await sessions.complete(cookies, auth, request.url);
      return returnTo;
    }),
  };
}

/** The parameters of an authorization request that a page may choose (OpenID Connect Core, section 3.1.2.1). */
function parametersIn(query: URLSearchParams): AuthorizationParameters {
  const [prompt, loginHint] = [query.get('prompt'), query.get('login_hint')];
  const maxAge = query.get('max_age') ?? '';
  return {
    ...(prompt !== null && { prompt }),
    ...(loginHint !== null && { loginHint }),
    ...(/^\d{1,9}$/.test(maxAge) && { maxAge: Number(maxAge) }),
    acrValues: query.get('acr_values'),
  };
}

const seeOther = (location: string): Response =>
  new Response(null, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  });

/** @throws the error, if it is none of a sign-in */
function codeOf(error: unknown): string {
  if (isAuthorizationError(error)) return error.error;
  const reason = sessionErrorOf(error);
  if (reason === null) throw error;
  if (!isLoginFailedError(reason)) return 'server_error';
  return reason.verdict === 'unavailable' ? 'temporarily_unavailable' : reason.verdict;
}
