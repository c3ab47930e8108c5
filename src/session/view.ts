import type { SnapshotFrom } from 'xstate';
import {
  statuses,
  type Failure,
  type Reason,
  type SessionMachine,
  type SessionStatus,
} from '../../machines/index.ts';

/** What a program sees of its session. A new object only where something in it has changed. */
export interface SessionView<User = unknown> {
  readonly status: SessionStatus;
  /** Who is signed in, or was when the session expired; `null` for nobody, or nobody whom the server named. */
  readonly user: User | null;
  /**
   * Grows when somebody else may be in front of the screen: when the session is logged out, and when another
   * user signs in. A refresh leaves it as it is, and so does the same user who signs in again. The key for
   * what is one user's own: a cache, a half-filled form.
   */
  readonly identity: number;
  /** Why the last session ended; `null` while there is one. */
  readonly reason: Reason | null;
  /** What failed last: a login or a refresh. */
  readonly error: Failure | null;
  /** When the access token expires, in milliseconds since the epoch; `null` where nobody knows. */
  readonly expiresAt: number | null;
  /** The store is being read: neither signed in nor signed out yet. */
  readonly isRestoring: boolean;
  readonly isSigningIn: boolean;
}

/** Who is in front of the screen, as far as anybody knows. */
export interface Person<User> {
  readonly user: User | null;
  readonly identity: number;
}

/** A machine that has stopped serves nobody. */
const stoppedView = {
  status: 'anonymous',
  user: null,
  reason: null,
  error: Object.freeze({ code: 'ERR_SESSION_STOPPED', status: null, serverCode: null }),
  expiresAt: null,
  isRestoring: false,
  isSigningIn: false,
} as const;

/** Reads a view from a snapshot; gives back the one before where nothing in it has changed. */
export function viewOf<User>(
  snapshot: SnapshotFrom<SessionMachine>,
  { user, identity }: Person<User>,
  before: SessionView<User> | null,
): SessionView<User> {
  const { reason, failure, expiresAt } = snapshot.context;
  const view: SessionView<User> = Object.freeze(
    snapshot.status === 'active'
      ? {
          status: statusOf(snapshot),
          user,
          identity,
          reason,
          error: failure,
          expiresAt,
          isRestoring: snapshot.hasTag('restoring'),
          isSigningIn: snapshot.hasTag('signingIn'),
        }
      : { ...stoppedView, identity },
  );
  return before !== null && isSame(before, view) ? before : view;
}

/** The name of the state at the top of the chart. */
export function statusOf(snapshot: SnapshotFrom<SessionMachine>): SessionStatus {
  return statuses.find((status) => snapshot.matches(status)) ?? 'anonymous';
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
    before.isSigningIn === now.isSigningIn
  );
}
