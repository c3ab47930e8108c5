import { randomId } from '../platform/randomId.ts';
import type { GrantFacts, Stamp } from '../../machines/index.ts';
import type { Secrets } from '../server/contract.ts';
import type { CheckedGrant } from '../server/grant.ts';
import type { Settings } from '../session/settings.ts';
import { isSameJson } from '../platform/sameJson.ts';
import { storedVersion, type StoredRecord, type StoredSession } from './recordTypes.ts';
import { isEnded, signInsOf, userRevisionOf } from './storedRecord.ts';

/** The only place besides the store that holds tokens. The machine receives only the {@link GrantFacts}. */
export interface Credentials<User> {
  /** The current session, or `null` if there is none or it has expired. */
  current(): StoredSession<User> | null;
  /** The user who is signed in, or was when the session expired. */
  user(): User | null;
  /** Whether the session outlives the browser. Also known of a session that has expired. */
  isRemembered(): boolean;
  /** Grows when another user may be using the application: after a logout, and when another user signs in. */
  identity(): number;
  /**
   * Grows when an earlier request must not be sent any more: with each logout, and when another user replaces a known
   * one. It stays at a first sign-in and a restore.
   */
  epoch(): number;
  /**
   * Stages a session. Tell the machine in the same tick: if the machine does not commit the session, it is dropped.
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
  discardSecrets: (secrets: Secrets, now: Secrets | null) => void = () => undefined,
): Credentials<User> {
  let session: StoredSession<User> | null = null;
  let user: User | null = null;
  let isRemembered = true;
  /** The id of the session in use, or `null` after a logout. */
  let taken: string | null = null;
  let identity = 0;
  let epoch = 0;
  const staged = new Map<string, StoredSession<User>>();
  const keyOf = ({ sessionId, generation }: Stamp) => `${sessionId} ${generation}`;

  function use(next: StoredSession<User> | null): void {
    const before = session?.secrets;
    const now = next?.secrets ?? null;
    session = next;
    if (before !== undefined && !isSameJson(before, now)) discardSecrets(before, now);
  }

  return {
    current: () => session,
    user: () => user,
    isRemembered: () => isRemembered,
    identity: () => identity,
    epoch: () => epoch,
    stage(granted) {
      const next = withNewerUser(granted, session);
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
      use(next);
      isRemembered = next.remember !== false;
      taken = next.sessionId;
      // Components compare a user by identity: the same user stays the same object, however often it is read.
      if (!isSameJson(user, next.user)) user = next.user;
      return true;
    },
    dropTokens() {
      use(null);
    },
    drop() {
      if (taken !== null) identity += 1;
      epoch += 1;
      use(null);
      user = null;
      taken = null;
    },
    isUser: (other) => isSameUser(user, other),
    isCurrent: (stamp) => session?.sessionId === stamp.sessionId && session.generation === stamp.generation,
  };
}

/** A session with the user of another record of it, if that one was updated more often. */
export function withNewerUser<User>(
  session: StoredSession<User>,
  other: StoredRecord<User> | null,
): StoredSession<User> {
  const isNewer =
    other !== null &&
    !isEnded(other) &&
    other.sessionId === session.sessionId &&
    userRevisionOf(other) > userRevisionOf(session);
  return isNewer ? { ...session, user: other.user, userRevision: userRevisionOf(other) } : session;
}

/** What is known of a session of which only the browser has a token, in a cookie. */
export const cookieSession: StoredSession<never> = {
  version: storedVersion,
  sessionId: '',
  generation: 0,
  accessToken: null,
  refreshToken: null,
  issuedAt: 0,
  expiresAt: null,
  user: null,
};

/** The first session of a login or an adopt: a new id, so that two logins never share one. */
export function beginSession<User>(
  grant: CheckedGrant<User>,
  issuedAt: number,
  remember = true,
): StoredSession<User> {
  return {
    ...(!remember && { remember }),
    version: storedVersion,
    sessionId: randomId(),
    generation: 1,
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken ?? null,
    ...(grant.refreshTokenName !== undefined && { refreshTokenName: grant.refreshTokenName }),
    issuedAt,
    expiresAt: grant.lifetime === null ? null : issuedAt + grant.lifetime,
    user: grant.user ?? null,
    ...(grant.secrets !== undefined && { secrets: grant.secrets }),
  };
}

/**
 * Returns when the lifetime of a new token began: when it was requested. If it would have expired on arrival, the clock was
 * set ahead or the device has slept. Its lifetime then begins on arrival, and the token is used until the server refuses it.
 */
export function startOfLifetime<User>(
  { lifetime }: CheckedGrant<User>,
  askedAt: number,
  now: number,
): number {
  return lifetime !== null && lifetime > 0 && now - askedAt >= lifetime ? now : askedAt;
}

/** A session without what a refresh notes in its record. */
export function withoutNotes<User>(session: StoredSession<User>): StoredSession<User> {
  const { attempt: _, failedRefresh: __, lockedBy: ___, ...rest } = session;
  return rest;
}

/** The same session with the tokens that a refresh granted. */
export function renewSession<User>(
  session: StoredSession<User>,
  grant: CheckedGrant<User>,
  issuedAt: number,
): StoredSession<User> {
  const { refreshTokenName: known, ...before } = withoutNotes(session);
  const refreshTokenName = grant.refreshToken == null ? known : grant.refreshTokenName;
  return {
    ...before,
    ...(refreshTokenName !== undefined && { refreshTokenName }),
    generation: session.generation + 1,
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken === undefined ? session.refreshToken : grant.refreshToken,
    issuedAt,
    expiresAt: grant.lifetime === null ? null : issuedAt + grant.lifetime,
    user: grant.user ?? session.user,
    ...(grant.secrets !== undefined && { secrets: grant.secrets }),
  };
}

/** The same session after its user has signed in again. */
export function continueSession<User>(
  session: StoredSession<User>,
  grant: CheckedGrant<User>,
  issuedAt: number,
): StoredSession<User> {
  return { ...renewSession(session, grant, issuedAt), signIns: signInsOf(session) + 1 };
}

/**
 * Whether a grant contains nothing new, for example because a native shell passes the same tokens twice. A lifetime of 0 is
 * new: the tokens have expired. Any other lifetime is ignored, since it may be counted from the first time.
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

/** The settings on which it depends when a token is due. */
export type DueSettings = Pick<Settings<never, never>, 'environment' | 'leewayShare' | 'refresh'> & {
  readonly server: { readonly refresh?: unknown };
};

/** Returns what the machine may know about a session. */
export function factsOf<User>(session: StoredSession<User>, settings: DueSettings): GrantFacts {
  const at = settings.environment.clock.now();
  return {
    sessionId: session.sessionId,
    generation: session.generation,
    at,
    issuedAt: session.issuedAt,
    expiresAt: session.expiresAt,
    signIns: signInsOf(session),
    dueAt:
      session.expiresAt === null ? null : at + freshFor(session.expiresAt, session.issuedAt, at, settings),
  };
}

/** The milliseconds until an access token is due. Timers fire early at random, so that tabs don't refresh all at once. */
function freshFor(
  expiresAt: number,
  issuedAt: number,
  now: number,
  { server, refresh, leewayShare, environment }: DueSettings,
): number {
  // If the clock was set back, the token must not live longer than its original lifetime.
  const left = expiresAt - Math.max(now, issuedAt);
  if (server.refresh === undefined) return left;
  const leeway = Math.min(refresh.leeway, (expiresAt - issuedAt) * leewayShare);
  const jitter = refresh.proactive ? (environment.random() * leeway) / 2 : 0;
  return left - leeway - jitter;
}
