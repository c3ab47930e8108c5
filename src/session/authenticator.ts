import { isHTTPError } from 'ky';
import type { Failure, SessionEvent } from '../../machines/index.ts';
import type { Grant } from '../server/contract.ts';
import { beginSession, factsOf } from '../store/credentials.ts';
import { LoginFailedError, InvalidOptionError, SessionError } from '../errors/errors.ts';
import { readGrant } from '../server/grant.ts';
import { createEnd, reasonOf, type EndSignal } from '../platform/abort.ts';
import { redact } from '../errors/redact.ts';
import { newsOf } from '../store/peerMessage.ts';
import type { StoredSession } from '../store/tokenStore.ts';
import { revoke } from '../server/revoke.ts';
import type { Answer } from '../server/answer.ts';
import { callServer, endOfGrant, ServerCallTimeoutError, type ServerCall } from '../server/serverCall.ts';
import { VerdictError } from '../server/verdict.ts';
import type { World } from './world.ts';

/** A sign-in that somebody waits for. Its credentials are here, so that the machine need not hold them. */
export interface PendingLogin<User, Login> {
  readonly credentials: Login;
  readonly signal: AbortSignal | null;
  resolve(user: User | null): void;
  reject(reason: unknown): void;
}

/** What has taken the place of a login, or of the session that it began; `null` where it stands. */
type WhatOvertook = (sessionId: string | null) => Error | null;

interface AuthenticatorScope {
  readonly input: { readonly loginId: string };
  readonly sendBack: (event: SessionEvent) => void;
}

/** The actor behind `signingIn`: signs in, stores the grant, and answers the caller of `login()`. */
export function createAuthenticator<User, Login>(
  world: World<User, Login>,
  pending: Map<string, PendingLogin<User, Login>>,
  whatOvertook: WhatOvertook,
) {
  return ({ input, sendBack }: AuthenticatorScope): (() => void) => {
    const stop = createEnd();
    const login = pending.get(input.loginId);
    if (login === undefined) throw new Error(`There is no login \`${input.loginId}\``);
    pending.delete(input.loginId);
    void signIn(world, login, input.loginId, { stop: stop.signal, whatOvertook, send: sendBack });
    return () => {
      stop.abort(new Error('The login was overtaken'));
    };
  };
}

interface SignInScope {
  /** Aborted when the machine has left `signingIn`. */
  readonly stop: EndSignal;
  readonly whatOvertook: WhatOvertook;
  readonly send: (event: SessionEvent) => void;
}

async function signIn<User, Login>(
  world: World<User, Login>,
  login: PendingLogin<User, Login>,
  loginId: string,
  { stop, whatOvertook, send }: SignInScope,
): Promise<void> {
  const { clock } = world.settings.environment;
  const issuedAt = clock.now();
  const call = callLogin(world, login, stop);
  // What overtook it is known once the machine has moved.
  const answerOvertaken = () => queueMicrotask(() => login.reject(whatOvertook(null)));
  stop.addEventListener('abort', answerOvertaken);
  try {
    const granted = await call.result;
    const origin = { server: world.settings.server, issuedAt, serverTime: call.answer()?.date };
    const session = beginSession(readGrant(granted, origin), issuedAt);
    if (stop.aborted) {
      await revoke(world, session);
      return;
    }
    stop.removeEventListener('abort', answerOvertaken);
    await take(world, session, send);
    const overtaken = whatOvertook(session.sessionId);
    if (overtaken === null) login.resolve(session.user);
    else login.reject(overtaken);
  } catch (error) {
    if (stop.aborted) return;
    const failed = toLoginError(error, call.answer(), world.settings.login.timeout);
    const isTakenBack = login.signal?.aborted === true;
    login.reject(isTakenBack ? reasonOf(login.signal) : failed);
    const failure = isTakenBack ? null : failureOf(failed);
    send({ type: 'login.failed', loginId, at: clock.now(), failure });
  }
}

function callLogin<User, Login>(
  world: World<User, Login>,
  { credentials, signal: caller }: PendingLogin<User, Login>,
  stop: EndSignal,
): ServerCall<Grant<User>> {
  const { server, login } = world.settings;
  const ends = [world.disposal, caller, endOfGrant(server, stop)];
  return callServer(
    world,
    async ({ http, signal }) => {
      if (server.login === undefined) throw new InvalidOptionError('server.login', 'a function', 'undefined');
      return server.login({ credentials, http, signal });
    },
    {
      purpose: 'login',
      signals: ends.filter((end) => end !== null),
      ...(login.timeout !== false && { timeout: login.timeout }),
    },
  );
}

/** On its way to the store first: who is told of the session, and looks there at once, finds no other in its place. */
async function take<User, Login>(
  { credentials, keeper, settings, tell }: World<User, Login>,
  session: StoredSession<User>,
  send: (event: SessionEvent) => void,
): Promise<void> {
  const written = keeper.write(session);
  credentials.stage(session);
  send({ type: 'grant.stored', ...factsOf(session, settings) });
  await written;
  tell(newsOf(session));
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
