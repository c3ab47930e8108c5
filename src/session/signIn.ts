import { isHTTPError } from 'ky';
import type { Failure, SessionEvent } from '../../machines/index.ts';
import { LoginFailedError, SessionError } from '../errors/errors.ts';
import { redact } from '../errors/redact.ts';
import { createEnd, reasonOf, type EndSignal } from '../platform/abort.ts';
import type { Answer } from '../server/answer.ts';
import type { ServerCalls } from '../server/calls.ts';
import { ServerCallTimeoutError } from '../server/contractCaller.ts';
import { VerdictError } from '../server/verdict.ts';
import { beginSession, factsOf, type Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { Settings } from './settings.ts';
import type { StoredSession } from '../store/recordTypes.ts';

/** A pending call of `login()`. The credentials are kept here, because the machine must not contain them. */
export interface PendingLogin<User, Login> {
  readonly credentials: Login;
  readonly signal: AbortSignal | null;
  resolve(user: User | null): void;
  reject(reason: unknown): void;
}

/** Returns the error if a login, or the session that it started, was replaced; otherwise `null`. */
type WhatOvertook = (sessionId: string | null) => Error | null;

/** What signing in needs from its session. */
export interface SignInParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'login' | 'logout'>;
  readonly credentials: Credentials<User>;
  readonly boundedStore: Pick<BoundedStore<User>, 'write'>;
  readonly settings: Settings<User, Login>;
}

interface SignInScope {
  readonly input: { readonly loginId: string };
  readonly sendBack: (event: SessionEvent) => void;
}

/** The actor behind `signingIn`: signs in, stores the grant, and answers the caller of `login()`. */
export function createSignIn<User, Login>(
  parts: SignInParts<User, Login>,
  pending: Map<string, PendingLogin<User, Login>>,
  whatOvertook: WhatOvertook,
) {
  const { calls, settings } = parts;
  const { clock } = settings.environment;

  async function signIn(
    login: PendingLogin<User, Login>,
    stop: EndSignal,
    { input: { loginId }, sendBack }: SignInScope,
  ): Promise<void> {
    const call = calls.login(login.credentials, stop, login.signal);
    // Rejects after the machine has handled the event that overtook the login.
    const answerOvertaken = () => queueMicrotask(() => login.reject(whatOvertook(null)));
    stop.addEventListener('abort', answerOvertaken);
    try {
      const session = beginSession(await call.result, call.issuedAt);
      if (stop.aborted) {
        await calls.logout(session);
        return;
      }
      stop.removeEventListener('abort', answerOvertaken);
      const { sessionId, user } = session;
      await storeNew(parts, session, () => sendBack({ type: 'grant.stored', ...factsOf(session, settings) }));
      const overtaken = whatOvertook(sessionId);
      if (overtaken === null) login.resolve(user);
      else login.reject(overtaken);
    } catch (error) {
      if (stop.aborted) return;
      const failed = toLoginError(error, call.answer(), settings.login.timeout);
      const isTakenBack = login.signal?.aborted === true;
      login.reject(isTakenBack ? reasonOf(login.signal) : failed);
      const failure = isTakenBack ? null : failureOf(failed);
      sendBack({ type: 'login.failed', loginId, at: clock.now(), failure });
    }
  }

  return (scope: SignInScope): (() => void) => {
    const { loginId } = scope.input;
    const stop = createEnd();
    const login = pending.get(loginId);
    if (login === undefined) throw new Error(`There is no login \`${loginId}\``);
    pending.delete(loginId);
    void signIn(login, stop.signal, scope);
    return () => {
      stop.abort(new Error('The login was overtaken'));
    };
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

function failureOf(error: SessionError): Failure {
  const { status, serverCode } =
    error instanceof LoginFailedError ? error : { status: null, serverCode: null };
  return { code: error.code, status, serverCode };
}

function toLoginError(error: unknown, answer: Answer | null, timeout: number | false): SessionError {
  const cause = redact(error, 'server.login');
  if (cause instanceof SessionError) return cause;
  const status = isHTTPError(error) ? error.response.status : (answer?.status ?? null);
  const seen = answer?.status === status ? answer.code : null;
  const serverCode = error instanceof VerdictError ? (error.serverCode ?? seen) : seen;
  const isLate = error instanceof ServerCallTimeoutError && timeout !== false;
  const options = { cause, ...(isLate && { timeout }) };
  return new LoginFailedError({ code: 'ERR_LOGIN_FAILED', status, serverCode }, options);
}
