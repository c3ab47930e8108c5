import { isHTTPError } from 'ky';
import type { Failure, SessionEvent } from '../machines/index.ts';
import { beginSession, factsOf } from './credentials.ts';
import { LoginFailedError, NotAuthenticatedError, SessionError } from './errors.ts';
import { readGrant } from './grant.ts';
import { reasonOf } from './http/abort.ts';
import { redact } from './redact.ts';
import { messageOf } from './peers/peerMessage.ts';
import { storedVersion, type StoredRecord, type StoredSession } from './stores/tokenStore.ts';
import { revoke } from './refresh/revoke.ts';
import { callServer, ForeignAnswerError, type Answer } from './refresh/serverCall.ts';
import type { World } from './world.ts';

/** A sign-in that somebody waits for. Its credentials are here, so that the machine need not hold them. */
export interface PendingLogin<User, Login> {
  readonly credentials: Login;
  readonly signal: AbortSignal | null;
  resolve(user: User | null): void;
  reject(error: Error): void;
}

interface AuthenticatorScope {
  readonly input: { readonly loginId: string };
  readonly sendBack: (event: SessionEvent) => void;
}

/** The actor behind `signingIn`: signs in, stores the grant, and answers the caller of `login()`. */
export function createAuthenticator<User, Login>(
  world: World<User, Login>,
  pending: Map<string, PendingLogin<User, Login>>,
  whatOvertook: () => Error,
) {
  return ({ input, sendBack }: AuthenticatorScope): (() => void) => {
    const stop = new AbortController();
    const login = pending.get(input.loginId);
    if (login === undefined) throw new Error(`There is no login \`${input.loginId}\``);
    pending.delete(input.loginId);
    void signIn(world, login, input.loginId, stop.signal, sendBack);
    return () => {
      stop.abort(new Error('The login was overtaken'));
      // Where it is overtaken to is known once the machine has moved. A login that is settled stays settled.
      queueMicrotask(() => {
        login.reject(whatOvertook());
      });
    };
  };
}

async function signIn<User, Login>(
  world: World<User, Login>,
  login: PendingLogin<User, Login>,
  loginId: string,
  stop: AbortSignal,
  send: (event: SessionEvent) => void,
): Promise<void> {
  const { settings, credentials, keeper } = world;
  const { server, environment } = settings;
  const isOvertaken = () => stop.aborted;
  const issuedAt = environment.clock.now();
  // With a `logout` to revoke it by, a grant that comes too late is worth waiting for.
  const ends = [world.disposal, login.signal, server.logout === undefined ? stop : null];
  const call = callServer(
    world,
    async ({ http, signal }) => {
      if (server.login === undefined) throw new NotAuthenticatedError('A contract without `login`');
      return server.login({ credentials: login.credentials, http, signal });
    },
    { signal: AbortSignal.any(ends.filter((end) => end !== null)) },
  );
  try {
    const session = beginSession(readGrant(await call.result), issuedAt);
    const discard = () => world.discarded.add(session.sessionId);
    stop.addEventListener('abort', discard);
    if (!isOvertaken()) await keeper.write(session);
    if (isOvertaken()) {
      await takeBack(world, session);
      return;
    }
    stop.removeEventListener('abort', discard);
    credentials.offer(session);
    world.tell(messageOf(session));
    login.resolve(session.user);
    send({ type: 'grant.stored', ...factsOf(session, settings) });
  } catch (error) {
    // Whoever overtook it has answered the caller.
    if (isOvertaken()) return;
    const failed = toLoginError(error, call.answer());
    login.reject(login.signal?.aborted ? reasonOf(login.signal) : failed);
    send({ type: 'login.failed', loginId, at: environment.clock.now(), failure: failureOf(failed) });
  }
}

/**
 * A grant that came too late is revoked. Where it is in the store already, what overtook it takes its place
 * there, and the others hear of it.
 */
async function takeBack<User, Login>(world: World<User, Login>, late: StoredSession<User>): Promise<void> {
  const { sessionId } = late;
  const instead: StoredRecord<User> = world.credentials.current() ?? {
    version: storedVersion,
    sessionId,
    ended: 'loggedOut',
  };
  await world.keeper.update((found) => (found?.sessionId === sessionId ? instead : null));
  world.tell(messageOf(instead));
  await revoke(world, late);
}

function failureOf(error: SessionError): Failure {
  const { status, serverCode } =
    error instanceof LoginFailedError ? error : { status: null, serverCode: null };
  return { code: error.code, status, serverCode };
}

function toLoginError(error: unknown, answer: Answer | null): SessionError {
  if (error instanceof SessionError) return error;
  const hasStatus = error instanceof ForeignAnswerError;
  const status = hasStatus
    ? error.status
    : isHTTPError(error)
      ? error.response.status
      : (answer?.status ?? null);
  const serverCode = answer !== null && answer.status === status ? answer.judgement.code : null;
  return new LoginFailedError({ code: 'ERR_LOGIN_FAILED', status, serverCode }, { cause: redact(error) });
}
