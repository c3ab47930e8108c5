import { SessionError } from '../errors/errors.ts';
import { LoginChallengeError, LoginFailedError } from '../errors/loginErrors.ts';
import { type EndSignal, createEnd, reasonOf } from '../platform/abort.ts';
import type { PendingGrant, PendingLogin, PendingSignIns } from './login.ts';
import type { Revoke } from './revoke.ts';
import type { Settings } from './settings.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { beginSession, continueSession, factsOf, type Credentials } from '../store/credentials.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import type { Failure, SessionEvent } from '../../machines/index.ts';
import { redact } from '../errors/redact.ts';
import type { LoginFailure } from '../server/judgeLogin.ts';
import { challengeIn, isLoginChallenge, type LoginChallenge } from '../server/loginChallenge.ts';
import { ServerCallTimeoutError, type GrantCall, type ServerCalls } from '../server/calls.ts';
import { usesCookies } from '../server/usesCookies.ts';

/** Returns the error if a login, or the session that it started, was replaced; otherwise `null`. */
type WhatOvertook = (sessionId: string | null) => Error | null;

/** What signing in needs from its session. */
export interface SignInParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'login'>;
  readonly revoke: Revoke<User>;
  readonly credentials: Credentials<User>;
  readonly boundedStore: Pick<BoundedStore<User>, 'write'>;
  readonly settings: Settings<User, Login>;
}

interface SignInScope {
  readonly input: { readonly loginId: string };
  readonly sendBack: (event: SessionEvent) => void;
}

/** What the steps of a sign-in have in common. A ticket is a secret, so the machine only says when to drop it. */
function createSteps<Login>() {
  const first: { readonly ticket: unknown; readonly remember: boolean } = { ticket: null, remember: true };
  let step = first;
  const remembers = ({ remember }: PendingLogin<never, Login>): boolean => step.remember && remember;
  return {
    ticket: (): unknown => step.ticket,
    remembers,
    /** Keeps what the next step needs, and tells the caller of `login()` about it. */
    challenge(this: void, login: PendingLogin<never, Login>, asked: LoginChallenge): void {
      const { info, ticket } = challengeIn(asked);
      step = { ticket, remember: remembers(login) };
      login.reject(new LoginChallengeError(info));
    },
    dropChallenge(this: void): void {
      step = first;
    },
  };
}

/** The actor behind `signingIn`: signs in, stores the grant, and answers the caller of `login()`. Or waits for an `adopt()`. */
export function createSignIn<User, Login>(
  parts: SignInParts<User, Login>,
  pending: PendingSignIns<User, Login>,
  whatOvertook: WhatOvertook,
) {
  const { calls, credentials, revoke, settings } = parts;
  const refuseUser = createRefuseUser(parts);
  const { ticket, remembers, challenge, dropChallenge } = createSteps<Login>();

  async function signIn(
    login: PendingLogin<User, Login>,
    stop: EndSignal,
    { input: { loginId }, sendBack }: SignInScope,
  ): Promise<void> {
    const call = calls.login({ credentials: login.credentials, challenge: ticket() }, stop, login.signal);
    // Rejects after the machine has handled the event that overtook the login.
    const answerOvertaken = () => queueMicrotask(() => login.reject(whatOvertook(null)));
    stop.addEventListener('abort', answerOvertaken);
    try {
      const result = await call.result;
      if (isLoginChallenge(result)) {
        if (stop.aborted) return;
        stop.removeEventListener('abort', answerOvertaken);
        challenge(login, result);
        sendBack({ type: 'login.challenged', loginId });
        return;
      }
      const begun = beginSession(result, call.issuedAt, remembers(login));
      if (stop.aborted) {
        await revoke(begun);
        return;
      }
      const current = credentials.current();
      if (current !== null && !credentials.isUser(begun.user)) {
        refuseUser(current, begun, { login, loginId, sendBack });
        return;
      }
      stop.removeEventListener('abort', answerOvertaken);
      const session = current === null ? begun : continueSession(current, result, call.issuedAt);
      const type = current === null ? 'grant.stored' : 'stepUp.granted';
      await storeNew(parts, session, () => sendBack({ type, ...factsOf(session, settings) }));
      answerLogin(login, session.user, whatOvertook(session.sessionId));
    } catch (error) {
      if (stop.aborted) return;
      const failure = rejectLogin(login, toLoginError(error, call));
      sendBack({ type: 'login.failed', loginId, at: settings.environment.clock.now(), failure });
    }
  }

  /** A grant that arrives is sent to the machine by `adopt()`. */
  function awaitGrant({ grant }: PendingGrant, { input: { loginId }, sendBack }: SignInScope): void {
    grant.catch((error: unknown) => {
      const failure = error instanceof SessionError ? failureOf(error) : null;
      sendBack({ type: 'login.failed', loginId, at: settings.environment.clock.now(), failure });
    });
  }

  return {
    authenticate(this: void, scope: SignInScope): () => void {
      const stop = createEnd();
      const begun = takeSignIn(pending, scope.input.loginId);
      if ('grant' in begun) awaitGrant(begun, scope);
      else void signIn(begun, stop.signal, scope);
      return () => {
        stop.abort(() => new Error('The login was overtaken'));
      };
    },
    dropChallenge,
  };
}

interface Refused<User, Login> extends Pick<SignInScope, 'sendBack'> {
  readonly login: PendingLogin<User, Login>;
  readonly loginId: string;
}

/**
 * Creates the function that refuses a user who signs in during the session of another one. The new tokens are revoked.
 * Cookies of the new user have replaced those of the session, so it is over then.
 */
function createRefuseUser<User, Login>({
  revoke,
  settings: { server, environment },
}: SignInParts<User, Login>) {
  return (
    { sessionId, generation }: StoredSession<User>,
    begun: StoredSession<User>,
    { login, loginId, sendBack }: Refused<User, Login>,
  ): void => {
    const failed = new LoginFailedError({ status: null, serverCode: null, verdict: 'subjectMismatch' });
    login.reject(failed);
    const at = environment.clock.now();
    const end = { sessionId, generation, at, status: null, code: null };
    sendBack(
      usesCookies(server)
        ? { type: 'server.subjectMismatch', ...end }
        : { type: 'login.failed', loginId, at, failure: failureOf(failed) },
    );
    void revoke(begun);
  };
}

/**
 * Stores a new session, and tells the machine and the other tabs. The write starts before the machine is told, so that a
 * listener that reads the store at once does not find another session there.
 */
export async function storeNew<User, Login>(
  { credentials, boundedStore }: Pick<SignInParts<User, Login>, 'credentials' | 'boundedStore'>,
  session: StoredSession<User>,
  tellMachine: () => void,
): Promise<void> {
  const written = boundedStore.write(session);
  credentials.stage(session);
  tellMachine();
  await written;
}

function takeSignIn<User, Login>(
  pending: PendingSignIns<User, Login>,
  loginId: string,
): PendingLogin<User, Login> | PendingGrant {
  const login = pending.get(loginId);
  if (login === undefined) throw new Error(`There is no login \`${loginId}\``);
  pending.delete(loginId);
  return login;
}

function answerLogin<User, Login>(
  login: PendingLogin<User, Login>,
  user: User | null,
  overtaken: Error | null,
): void {
  if (overtaken === null) login.resolve(user);
  else login.reject(overtaken);
}

/** Rejects the call of `login()`. Returns the failure for the machine, or `null` if the caller cancelled the login. */
function rejectLogin<User, Login>(login: PendingLogin<User, Login>, error: SessionError): Failure | null {
  const isCancelled = login.signal?.aborted === true;
  login.reject(isCancelled ? reasonOf(login.signal) : error);
  return isCancelled ? null : failureOf(error);
}

function failureOf(error: SessionError): Failure {
  if (!(error instanceof LoginFailedError)) return { code: error.code, status: null, serverCode: null };
  const { code, status, serverCode, verdict, retryAfter, explanation } = error;
  return { code, status, serverCode, verdict, retryAfter, explanation };
}

function toLoginError<User>(
  error: unknown,
  call: GrantCall<User, LoginFailure, LoginChallenge>,
): SessionError {
  const cause = redact(error, 'server.login');
  if (cause instanceof SessionError && cause.code !== 'ERR_AUTHORIZATION') return cause;
  const options = { cause, ...(error instanceof ServerCallTimeoutError && { timeout: error.timeout }) };
  return new LoginFailedError(call.judge(error), options);
}
