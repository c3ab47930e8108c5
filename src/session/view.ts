import type { SnapshotFrom } from 'xstate';
import {
  stateName,
  statuses,
  type Ending,
  type Failure,
  type Reason,
  type SessionMachine,
  type SessionStatus,
  type StepUp,
} from '../../machines/index.ts';

/** The view of a session: a new object only if something in it has changed. */
export interface SessionView<User = unknown> {
  readonly status: SessionStatus;
  /** Whether a user is signed in: `status` is `authenticated` or `refreshing`, which happens in the background. */
  readonly isSignedIn: boolean;
  /** The user who is signed in or whose session has expired. `null` without a user, or if the server does not name one. */
  readonly user: User | null;
  /**
   * Grows when another user may be using the application: after a logout, and when another user signs in. It stays during
   * a refresh, and when the same user signs in again. Use it as the key of data that belongs to one user, such as a cache
   * or a half-filled form.
   */
  readonly identity: number;
  /** Why the last session ended, or `null` while a session is open. */
  readonly reason: Reason | null;
  /** The last failure of a sign-in or a refresh, or `null`: a new sign-in, new tokens and the end of the session clear it. */
  readonly error: Failure | null;
  /** When the access token expires, in milliseconds since the epoch, or `null` if unknown. */
  readonly expiresAt: number | null;
  /** Whether the store is being read: it is not known yet whether a user is signed in. */
  readonly isRestoring: boolean;
  readonly isSigningIn: boolean;
  /** The stronger sign-in that requests wait for (`hold.whileStepUp`), or `null`. */
  readonly stepUp: StepUp | null;
  /** The end of the session, while it is near (`sessionchart/limits`), or `null`. */
  readonly ending: Ending | null;
  /** Whether the sign-in has a second step, such as a code: call `login()` again with it, or `cancelLogin()`. */
  readonly isChallenged: boolean;
}

/** The current user, if known. */
export interface Person<User> {
  readonly user: User | null;
  readonly identity: number;
}

/** The view of a session whose machine has stopped. */
const stoppedView = {
  status: 'anonymous',
  isSignedIn: false,
  user: null,
  reason: null,
  error: Object.freeze({ code: 'ERR_SESSION_STOPPED', status: null, serverCode: null }),
  expiresAt: null,
  isRestoring: false,
  isSigningIn: false,
  stepUp: null,
  ending: null,
  isChallenged: false,
} as const;

/** Creates a view from a snapshot, or returns the previous view if nothing has changed. */
export function viewOf<User>(
  snapshot: SnapshotFrom<SessionMachine>,
  { user, identity }: Person<User>,
  before: SessionView<User> | null,
): SessionView<User> {
  const { reason, failure, expiresAt, stepUp, ending, isChallenged } = snapshot.context;
  const view: SessionView<User> = Object.freeze(
    snapshot.status === 'active'
      ? {
          status: statusOf(snapshot),
          isSignedIn: snapshot.hasTag('signedIn'),
          user,
          identity,
          reason,
          error: failure,
          expiresAt,
          isRestoring: snapshot.hasTag('restoring'),
          // For a stronger sign-in, the actor runs beside the states.
          isSigningIn: 'authenticator' in snapshot.children,
          stepUp,
          ending,
          isChallenged: isChallenged || snapshot.hasTag('challenged'),
        }
      : { ...stoppedView, identity },
  );
  return before !== null && isSame(before, view) ? before : view;
}

/** Which of the five statuses a snapshot has. */
export function statusOf(snapshot: SnapshotFrom<SessionMachine>): SessionStatus {
  const name = stateName(snapshot.value);
  return statuses.find((status) => name.startsWith(status)) ?? 'anonymous';
}

function isSame<User>(before: SessionView<User>, now: SessionView<User>): boolean {
  return (
    before.status === now.status &&
    before.user === now.user &&
    before.identity === now.identity &&
    before.reason === now.reason &&
    before.error === now.error &&
    before.expiresAt === now.expiresAt &&
    before.isRestoring === now.isRestoring &&
    before.isSigningIn === now.isSigningIn &&
    before.stepUp === now.stepUp &&
    before.ending === now.ending &&
    before.isChallenged === now.isChallenged
  );
}
