import { isLoginChallengeError } from '../errors/guards.ts';
import { LoginFailedError } from '../errors/loginErrors.ts';
import { unknownSignIn } from '../oauth/authorizationError.ts';
import { isStepUp } from '../oauth/pendingSignIns.ts';
import { throwReason } from '../oauth/throwReason.ts';
import type { Clock } from '../platform/clock.ts';
import { randomId } from '../platform/randomId.ts';
import type { ServerContract } from '../server/contract.ts';
import { isSameUser } from '../server/sameUser.ts';
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
  readonly clock: Clock;
  readonly options: {
    readonly server: ServerContract<User, Credentials>;
    readonly store?: SessionStore<User>;
  };
}

/** Creates the functions that sign in. */
export function createSignIns<User, Credentials>({
  cookies: { session: cookie, challenge, pending },
  sessions,
  clock,
  options: { server, store },
}: SignInParts<User, Credentials>): Pick<
  ServerSessions<User, Credentials>,
  'login' | 'continueLogin' | 'adopt' | 'signIn' | 'complete'
> {
  /**
   * Starts a session under a new name, and ends the one that the request had before.
   *
   * @param isRevoked - whether the server is told of that end
   */
  async function signIn<Login, Result>(
    cookies: CookieAccess,
    contract: ServerContract<User, Login>,
    run: (session: Session<User, Login>) => Promise<Result>,
    isRevoked = true,
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
    if (before !== null) await sessions.end(before, isRevoked);
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

  /** The user of the session that the request has, or `null`. */
  async function userOf(cookies: CookieAccess): Promise<User | null> {
    const found = await cookie.read(cookies);
    if (found === null) return null;
    using session = await sessions.start(found, null, server);
    return session.getSnapshot().user;
  }

  return {
    async signIn(cookies, { onServer }, { returnTo = '/', ...parameters } = {}) {
      const { url, signIn } = await onServer.begin(parameters).catch(throwReason);
      const noted = { ...signIn, returnTo, isStepUp: isStepUp(parameters), at: clock.now() };
      await pending.add(cookies, noted);
      return url;
    },
    async complete(cookies, { onServer }, url) {
      const response = new URL(url).searchParams;
      const found = await pending.take(cookies, response.get('state') ?? '');
      if (found === null) throw unknownSignIn();
      const grant = await onServer.exchange(found, response).catch(throwReason);
      const before = await userOf(cookies);
      const isSame = before !== null && isSameUser(server, before, grant.user ?? null);
      if (found.isStepUp && before !== null && !isSame) {
        await onServer.revoke(grant).catch(() => undefined);
        throw new LoginFailedError({ status: null, serverCode: null, verdict: 'subjectMismatch' });
      }
      // At many providers, all tokens of a user belong to one grant, which a revocation ends.
      await signIn(cookies, server, (session) => session.adopt(grant), !isSame);
      return { returnTo: found.returnTo };
    },
    login: (cookies, entered, loginOptions) => logIn(cookies, { entered, ticket: null }, loginOptions),
    async continueLogin(cookies, entered, loginOptions) {
      return logIn(cookies, { entered, ticket: await challenge.read(cookies) }, loginOptions);
    },
    adopt: (cookies, grant) => signIn(cookies, server, (session) => session.adopt(grant)),
  };
}
