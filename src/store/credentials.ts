import { randomId } from '../platform/randomId.ts';
import type { GrantFacts, Stamp } from '../../machines/index.ts';
import type { CheckedGrant } from '../server/grant.ts';
import type { Settings } from '../session/settings.ts';
import { isSameJson } from '../platform/sameJson.ts';
import { storedVersion, type StoredSession } from './recordTypes.ts';

/** The only place, other than the store, with tokens. The machine receives only the {@link GrantFacts}. */
export interface Credentials<User> {
  /** The current session, or `null` if there is none or it has expired. */
  current(): StoredSession<User> | null;
  /** The user who is signed in, or was when the session expired. */
  user(): User | null;
  /** Grows when another user may be in front of the screen: after a logout, and when another user signs in. */
  identity(): number;
  /**
   * Grows when an earlier request must not be sent any more: with each logout, and when another user replaces a known
   * one. It stays at a first sign-in and a restore.
   */
  epoch(): number;
  /**
   * Stages a session before the machine is told of it in the same step. If the machine does not commit it, it is
   * forgotten.
   */
  stage(session: StoredSession<User>): void;
  /** Puts a staged session into use. Returns whether there was one. */
  commit(stamp: Stamp): boolean;
  /** Forgets the tokens; the user is remembered. */
  dropTokens(): void;
  /** Forgets everything. */
  drop(): void;
  /** Whether this is the user of the session, also of one that has expired. */
  isUser(other: User | null): boolean;
  /** Whether these are the current credentials. */
  isCurrent(stamp: Stamp): boolean;
}

export function createCredentials<User>(
  isSameUser: (before: User | null, now: User | null) => boolean,
): Credentials<User> {
  let session: StoredSession<User> | null = null;
  let user: User | null = null;
  /** The session that was taken last, unless it has been left. */
  let taken: string | null = null;
  let identity = 0;
  let epoch = 0;
  const staged = new Map<string, StoredSession<User>>();
  const keyOf = ({ sessionId, generation }: Stamp) => `${sessionId} ${generation}`;
  return {
    current: () => session,
    user: () => user,
    identity: () => identity,
    epoch: () => epoch,
    stage(next) {
      const key = keyOf(next);
      staged.set(key, next);
      queueMicrotask(() => {
        if (staged.get(key) === next) staged.delete(key);
      });
    },
    commit(stamp) {
      const next = staged.get(keyOf(stamp));
      if (next === undefined) return false;
      if (next.sessionId !== taken && !isSameUser(user, next.user)) {
        identity += 1;
        if (taken !== null) epoch += 1;
      }
      session = next;
      taken = next.sessionId;
      // Components compare a user by identity: the same user stays the same object, however often it is read.
      if (!isSameJson(user, next.user)) user = next.user;
      return true;
    },
    dropTokens() {
      session = null;
    },
    drop() {
      if (taken !== null) identity += 1;
      epoch += 1;
      session = null;
      user = null;
      taken = null;
    },
    isUser: (other) => isSameUser(user, other),
    isCurrent: (stamp) => session?.sessionId === stamp.sessionId && session.generation === stamp.generation,
  };
}

/** The first session of a login or an adopt: a new id, so that two logins never share one. */
export function beginSession<User>(grant: CheckedGrant<User>, issuedAt: number): StoredSession<User> {
  return {
    version: storedVersion,
    sessionId: randomId(),
    generation: 1,
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken ?? null,
    issuedAt,
    expiresAt: grant.lifetime === null ? null : issuedAt + grant.lifetime,
    user: grant.user ?? null,
  };
}

/**
 * When the lifetime of a granted token began: when it was asked for. What would be over on arrival is reckoned from its
 * arrival, for the clock was set ahead meanwhile, or the program has slept: it serves until the server refuses it.
 */
export function startOfLifetime<User>(
  { lifetime }: CheckedGrant<User>,
  askedAt: number,
  now: number,
): number {
  return lifetime !== null && lifetime > 0 && now - askedAt >= lifetime ? now : askedAt;
}

/** The same session with the tokens that a refresh granted. */
export function renewSession<User>(
  session: StoredSession<User>,
  grant: CheckedGrant<User>,
  issuedAt: number,
): StoredSession<User> {
  const { attempt: _, failedRefresh: __, lockedBy: ___, ...before } = session;
  return {
    ...before,
    generation: session.generation + 1,
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken === undefined ? session.refreshToken : grant.refreshToken,
    issuedAt,
    expiresAt: grant.lifetime === null ? null : issuedAt + grant.lifetime,
    user: grant.user ?? session.user,
  };
}

/**
 * Whether a grant holds nothing new: a native shell may push the same tokens twice. That they have expired is new, and
 * any other lifetime may be that of the first push.
 */
export function isKnownGrant<User>(session: StoredSession<User>, grant: CheckedGrant<User>): boolean {
  return (
    grant.lifetime !== 0 &&
    session.accessToken !== null &&
    session.accessToken === grant.accessToken &&
    (grant.refreshToken === undefined || grant.refreshToken === session.refreshToken) &&
    (grant.user === undefined || isSameJson(session.user, grant.user))
  );
}

/** What the machine learns of a session. */
export function factsOf<User, Login>(
  session: StoredSession<User>,
  settings: Settings<User, Login>,
): GrantFacts {
  const at = settings.environment.clock.now();
  return {
    sessionId: session.sessionId,
    generation: session.generation,
    at,
    issuedAt: session.issuedAt,
    expiresAt: session.expiresAt,
    dueAt:
      session.expiresAt === null ? null : at + freshFor(session.expiresAt, session.issuedAt, at, settings),
  };
}

/** Milliseconds until an access token counts as due. A timer is early by chance, so that tabs spread out. */
function freshFor<User, Login>(
  expiresAt: number,
  issuedAt: number,
  now: number,
  { server, refresh, leewayShare, environment }: Settings<User, Login>,
): number {
  // If the clock was set back, the token must not live longer than its original lifetime.
  const left = expiresAt - Math.max(now, issuedAt);
  if (server.refresh === undefined) return left;
  const leeway = Math.min(refresh.leeway, (expiresAt - issuedAt) * leewayShare);
  const jitter = refresh.proactive ? (environment.random() * leeway) / 2 : 0;
  return left - leeway - jitter;
}
