import { isLoginChallengeError } from '../errors/guards.ts';
import { randomId } from '../platform/randomId.ts';
import type { ServerContract } from '../server/contract.ts';
import type { Session } from '../session/session.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import type { CookieAccess } from './cookies.ts';
import type { RequestSessions } from './requestSession.ts';
import type { Save, Sealed } from './sealedStore.ts';
import type { ServerSessions } from './serverSessions.ts';
import type { SealedCookies } from './sessionCookie.ts';
import { stepOf, type Step } from './twoSteps.ts';

interface SignInParts<User, Credentials> {
  readonly cookies: SealedCookies<User>;
  readonly sessions: Pick<RequestSessions<User, Credentials>, 'start' | 'saveIn' | 'end'>;
  readonly options: {
    readonly server: ServerContract<User, Credentials>;
    readonly store?: SessionStore<User>;
  };
}

/** Creates the functions that sign in. */
export function createSignIns<User, Credentials>({
  cookies: { session: cookie, challenge },
  sessions,
  options: { server, store },
}: SignInParts<User, Credentials>): Pick<
  ServerSessions<User, Credentials>,
  'login' | 'continueLogin' | 'adopt'
> {
  /** Starts a session under a new name, and ends the one that the request had before. */
  async function signIn<Login, Result>(
    cookies: CookieAccess,
    contract: ServerContract<User, Login>,
    run: (session: Session<User, Login>) => Promise<Result>,
  ): Promise<Result> {
    const before = await cookie.read(cookies);
    const sealed: Sealed<User> = { name: randomId(), record: null };
    const save = sessions.saveIn(cookies, sealed.name);
    let written = Promise.resolve();
    const saveNew: Save<User> = (record) => (written = save(record));
    using session = await sessions.start(sealed, saveNew, contract);
    const result = await run(session);
    // The store of a session may fail without an error, but without its cookie the session is lost.
    await (store === undefined ? written : cookie.write(cookies, sealed));
    await challenge.write(cookies, null);
    if (before !== null) await sessions.end(before);
    return result;
  }

  async function logIn(
    cookies: CookieAccess,
    step: Step<Credentials>,
    loginOptions?: { signal?: AbortSignal },
  ): Promise<User | null> {
    const next: { ticket: unknown } = { ticket: null };
    const contract = stepOf(server, (ticket) => (next.ticket = ticket));
    try {
      return await signIn(cookies, contract, (session) => session.login(step, loginOptions));
    } catch (error) {
      if (isLoginChallengeError(error)) await challenge.write(cookies, next.ticket);
      throw error;
    }
  }

  return {
    login: (cookies, entered, loginOptions) => logIn(cookies, { entered, ticket: null }, loginOptions),
    async continueLogin(cookies, entered, loginOptions) {
      return logIn(cookies, { entered, ticket: await challenge.read(cookies) }, loginOptions);
    },
    adopt: (cookies, grant) => signIn(cookies, server, (session) => session.adopt(grant)),
  };
}
