import { useSelector } from '@xstate/react';
import { LoggedOutError, NotAuthenticatedError, SessionExpiredError } from '../errors/errors.ts';
import type { CurrentSession } from './currentSession.ts';
import { useProvided } from './provided.ts';
import type { RegisteredSession } from './register.ts';
import { useViewSource } from './useViewSource.ts';

/**
 * Returns the session of a user who is signed in. Suspends while the session is being restored, and throws to the next
 * error boundary if no user is signed in.
 *
 * @throws {NotAuthenticatedError} no user has signed in
 * @throws {SessionExpiredError} the user must sign in again; `reason` says why
 * @throws {LoggedOutError} the session was ended; `reason` says why
 * @throws {SessionDisposedError} the session was disposed of before it was restored
 * @throws {Error} there is no `<SessionProvider>` above this component
 *
 * @example
 * ```tsx
 * import { useRequiredSession } from 'sessionchart/react';
 *
 * function Account() {
 *   const { user, logout } = useRequiredSession();
 *   return <button onClick={() => void logout()}>Sign out {JSON.stringify(user)}</button>;
 * }
 * ```
 */
export function useRequiredSession(): CurrentSession {
  const { session, live, describe } = useProvided();
  const source = useViewSource();
  // Without an initial view, the server waited for its session, so hydration must wait too.
  const current = useSelector(source.getSnapshot().isRestoring ? live : source, describe);
  if (current.isRestoring) waitFor(session);
  if (current.status === 'expired') throw new SessionExpiredError(current.reason);
  if (current.status === 'loggedOut') throw new LoggedOutError(current.reason);
  if (current.status === 'anonymous') throw new NotAuthenticatedError('`useRequiredSession()`');
  return current;
}

interface Wait {
  readonly settled: Promise<void>;
  failure: { readonly error: unknown } | null;
}

const waits = new WeakMap<RegisteredSession, Wait>();

function waitFor(session: RegisteredSession): never {
  const wait = waits.get(session) ?? startWait(session);
  if (wait.failure !== null) throw wait.failure.error;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- how a component of React 18 suspends
  throw wait.settled;
}

function startWait(session: RegisteredSession): Wait {
  const wait: Wait = {
    settled: session.ready().catch((error: unknown) => {
      wait.failure = { error };
    }),
    failure: null,
  };
  waits.set(session, wait);
  return wait;
}
