import type { LimitName, Reason, SessionEvent, Stamp } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { isRunning } from '../requests/sessionState.ts';
import type { ServerContract } from '../server/contract.ts';
import { randomId } from '../platform/randomId.ts';
import { cookieSession, type Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { Lease } from '../store/sessionStore.ts';
import {
  type StoredRecord,
  type StoredSession,
  storedVersion,
  type EndedSession,
} from '../store/recordTypes.ts';
import type { Revoke } from './revoke.ts';
import type { SessionActor } from './sessionActor.ts';
import { isEnded, isPendingIn, limitOf } from '../store/storedRecord.ts';

type Cause = SessionEvent['type'];

/** The event that logs a session out. `code`: the limit, if one was reached. */
type LogoutCause = Pick<Reason, 'type' | 'code'>;

/** Whether this session has decided to end: then it tells the server. */
const isOwn = ({ type }: LogoutCause): boolean => type === 'session.logout' || type === 'limit.reached';

/** Ends sessions: forgets the tokens, and tells the store, the other tabs and the server. */
export interface SignOut<User> {
  /** Forgets the tokens of a session that has expired. */
  expire(this: void, sessionId: string | null, cause: Cause): void;
  /** Forgets everything about a session that was logged out. */
  end(this: void, sessionId: string | null, cause: LogoutCause): void;
  /** Tells the server of the last logout, if there are tokens to revoke. Returns whether there are. */
  revokeLast(this: void, logout: Stamp): boolean;
  /** Ends a session again that another tab stored after it was logged out here. */
  endLate(this: void, late: StoredSession<User>): void;
  /**
   * Signs out: tells the machine at once and the server afterwards. Resolves when the server has answered the first call,
   * or has not answered it within `refresh.timeout`.
   */
  signOut(this: void, actor: SessionActor): Promise<void>;
}

interface SignOutParts<User> {
  readonly settings: {
    readonly server: Pick<ServerContract, 'cookies' | 'logout' | 'logoutNeedsFreshToken' | 'silentSignIn'>;
  };
  readonly revoke: Revoke<User>;
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'postpone' | 'update'>;
  readonly clock: Clock;
  /** The lease of a refresh that is with the server. */
  readonly held: { readonly lease: Lease | null };
}

/** Whether to write an end to the store: another tab has already written an end that it reported. */
const isToBeWritten = (sessionId: string | null, cause: Cause): sessionId is string =>
  sessionId !== null && !cause.startsWith('peer.');

export function createSignOut<User>(parts: SignOutParts<User>): SignOut<User> {
  const { revoke, clock, credentials, disposal, settings } = parts;
  /** What the last end writes and calls. It decides nothing: `logout()` only waits for it. */
  let ending: Promise<unknown> = Promise.resolve();
  /** The session of the last logout, for the actor that tells the server. */
  let loggedOut: StoredSession<User> | null = null;

  /** Of a session that had expired before, all tokens in the store are newer. */
  const stampOf = (sessionId: string): Stamp => ({
    sessionId,
    generation: credentials.current()?.generation ?? 0,
  });

  function end(sessionId: string | null, cause: LogoutCause): void {
    const isSilent = settings.server.silentSignIn === true;
    loggedOut = isOwn(cause) ? (credentials.current() ?? (isSilent ? cookieSession : null)) : null;
    ending = Promise.resolve(
      isToBeWritten(sessionId, cause.type)
        ? writeLogout(parts, stampOf(sessionId), cause)
        : loggedOut !== null && endStored(parts),
    );
    credentials.drop();
  }

  function revokeLast({ sessionId, generation }: Stamp): boolean {
    if (loggedOut === null) return false;
    if (loggedOut === cookieSession) loggedOut = { ...cookieSession, sessionId, generation };
    ending = Promise.all([ending, revokeAndNote(parts, loggedOut)]);
    return true;
  }

  return {
    end,
    revokeLast,
    expire(sessionId, cause) {
      if (isToBeWritten(sessionId, cause))
        ending = writeEnd(parts, stampOf(sessionId), { ended: 'expired' }, parts.held.lease);
      credentials.dropTokens();
    },
    endLate(late) {
      void writeEnd(parts, late, { ended: 'loggedOut' });
      void revoke(late);
    },
    async signOut(actor) {
      if (disposal.aborted) return;
      const snapshot = actor.getSnapshot();
      if (isRunning(actor)) actor.send({ type: 'session.logout', at: clock.now() });
      else {
        end(snapshot.context.sessionId, { type: 'session.logout', code: null });
        revokeLast(stampOf(snapshot.context.sessionId ?? ''));
      }
      // Queued at once, so that every later read of the store finds the session ended.
      const stored = snapshot.hasTag('restoring') ? endStored(parts) : null;
      // A transition that is requested inside a notification happens only after it.
      await Promise.resolve();
      await ending;
      await stored;
    },
  };
}

async function revokeAndNote<User>(
  parts: Pick<SignOutParts<User>, 'boundedStore' | 'revoke'>,
  session: StoredSession<User>,
): Promise<void> {
  if (await parts.revoke(session)) await writeConfirmed(parts);
}

interface EndParts<User> {
  readonly settings: SignOutParts<User>['settings'];
  readonly revoke: Revoke<User>;
  readonly credentials: Pick<Credentials<User>, 'current'>;
  readonly boundedStore: Pick<BoundedStore<User>, 'postpone' | 'update'>;
}

type End = Pick<EndedSession, 'ended' | 'isPending'> & {
  readonly limit?: LimitName | null;
  /** Whether to note that a call has the refresh token. */
  readonly keepsAttempt?: boolean;
};

/**
 * Writes that a session has ended, unless the store holds another session by now, or newer tokens than those that
 * expired. Returns the session that the store held.
 */
export async function writeEnd<User>(
  { boundedStore }: { readonly boundedStore: Pick<BoundedStore<User>, 'update'> },
  { sessionId, generation }: Stamp,
  { ended, isPending = false, limit = null, keepsAttempt = false }: End,
  lease: Lease | null = null,
): Promise<StoredSession<User> | null> {
  const stored: { session: StoredSession<User> | null } = { session: null };
  await boundedStore.update((found) => {
    stored.session = null;
    if (found !== null && found.sessionId !== sessionId) return null;
    const live = found === null || isEnded(found) ? null : found;
    if (ended === 'expired' && live !== null && live.generation > generation) return null;
    stored.session = live;
    const attempt = keepsAttempt ? live?.attempt : undefined;
    return {
      version: storedVersion,
      sessionId,
      ended,
      ...(isPending && { isPending }),
      ...(limit !== null && { limit }),
      ...(attempt !== undefined && { attempt }),
    };
  }, lease);
  return stored.session;
}

/** A sign-out in a tab without the newest tokens ends those as well. */
export async function writeLogout<User>(
  parts: Pick<EndParts<User>, 'revoke' | 'boundedStore' | 'settings'>,
  stamp: Stamp,
  cause: LogoutCause,
): Promise<void> {
  const isPending = isOwn(cause) && (canComeBack(parts) || isToldByCookie(parts));
  const stored = await writeEnd(parts, stamp, {
    ended: 'loggedOut',
    isPending,
    limit: limitOf(cause.code),
    keepsAttempt: parts.settings.server.logoutNeedsFreshToken === true,
  });
  const isNewer = stored !== null && stored.generation > stamp.generation;
  if (isNewer && isOwn(cause)) await parts.revoke(stored);
}

/**
 * Whether a silent sign-in would undo a logout of which the server does not know. The record of the ended session then says
 * that the logout is pending, until the server has confirmed it.
 */
const canComeBack = ({ settings: { server } }: Pick<EndParts<unknown>, 'settings'>): boolean =>
  server.silentSignIn === true && server.logout !== undefined;

/** Whether the browser has all that the server needs for a logout, so that it can be told later without a token. */
const isToldByCookie = ({ settings: { server } }: Pick<EndParts<unknown>, 'settings'>): boolean =>
  server.cookies !== undefined && server.logout !== undefined;

/**
 * Tells the server once more of a logout that it has not confirmed before the page was left or reloaded. Without cookies it
 * needs a token, and no token is kept after a logout.
 */
export async function repeatLogout<User>(
  parts: Pick<EndParts<User>, 'boundedStore' | 'revoke' | 'settings'>,
  found: StoredRecord<User> | null,
): Promise<void> {
  if (!isPendingIn(found) || !isToldByCookie(parts)) return;
  await revokeAndNote(parts, { ...cookieSession, sessionId: found.sessionId });
}

/** Ends the session in a store that has not been read yet. If the store cannot be read now, ends it before the next read. */
export async function endStored<User>(parts: EndParts<User>): Promise<void> {
  const { revoke, credentials, boundedStore } = parts;
  const isPending = canComeBack(parts);
  const ended: { session: StoredSession<User> | null } = { session: null };
  const outcome = await boundedStore.update((found) => {
    ended.session = null;
    const live = found === null || isEnded(found) ? null : found;
    if ((live === null && (!isPending || isPendingIn(found))) || credentials.current() !== null) return null;
    ended.session = live;
    const sessionId = found?.sessionId ?? randomId();
    return { version: storedVersion, sessionId, ended: 'loggedOut', ...(isPending && { isPending }) };
  });
  if (outcome === 'unread') boundedStore.postpone(() => endStored(parts));
  // The call that revokes the cookie revokes these tokens too.
  if (ended.session === null || isPending) return;
  await revoke(ended.session);
}

/** Writes that the server knows of the logout. */
async function writeConfirmed<User>({ boundedStore }: Pick<EndParts<User>, 'boundedStore'>): Promise<void> {
  await boundedStore.update((found) => {
    if (found === null || !isPendingIn(found)) return null;
    const { isPending: _, ...confirmed } = found;
    return confirmed;
  });
}
