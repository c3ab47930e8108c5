import { InvalidOptionError, NotAuthenticatedError, SessionExpiredError } from '../errors/errors.ts';
import { kindOf } from '../errors/received.ts';
import type { EndSignal } from '../platform/abort.ts';
import { isSameJson } from '../platform/sameJson.ts';
import { expectOpen } from '../requests/sessionState.ts';
import { isAnotherUser } from '../server/sameUser.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import { withNewerUser, withoutNotes, type Credentials } from '../store/credentials.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import { isEnded, isOlder, userRevisionOf } from '../store/storedRecord.ts';
import type { Session, UserChange } from './session.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';

/** Changes of the user, by this session and by others on its store. */
export interface UserUpdates<User> {
  readonly updateUser: Session<User>['updateUser'];
  /**
   * Compares the stored session with the current one: shows a newer user, and stores a user or tokens that are newer here.
   * They could not be written, or another tab that did not see them yet has written over them.
   */
  compare(this: void, found: StoredSession<User>): void;
}

interface UserParts<User, Login> {
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'update'>;
  readonly settings: Pick<Settings<User, Login>, 'environment' | 'server'>;
}

export function createUserUpdates<User, Login>(
  { credentials, disposal, boundedStore, settings }: UserParts<User, Login>,
  actor: SessionActor,
  ready: () => Promise<void>,
): UserUpdates<User> {
  function show(session: StoredSession<User>, type: 'session.updateUser' | 'peer.userUpdated'): void {
    const { sessionId, generation } = session;
    credentials.stage(session);
    actor.send({ type, sessionId, generation, at: settings.environment.clock.now() });
  }

  /**
   * Stores the user of a session, and its tokens if they are newer. Returns the record if another tab has stored another
   * change of the user in the meantime.
   */
  async function store(session: StoredSession<User>): Promise<StoredSession<User> | null> {
    const stored: { newer: StoredSession<User> | null } = { newer: null };
    await boundedStore.update((found) => {
      stored.newer = null;
      if (found === null || isEnded(found) || found.sessionId !== session.sessionId) return null;
      const next = isOlder(found, session)
        ? withNewerUser(withoutNotes(session), found)
        : withNewerUser(found, session);
      if (next === found && !isSameJson(found.user, session.user)) stored.newer = found;
      return next === found ? null : next;
    });
    return stored.newer;
  }

  function changed(session: StoredSession<User>, change: User | UserChange<User>): StoredSession<User> {
    const user = isFunction(change) ? change(session.user) : change;
    if (user === null || user === undefined) throw new InvalidOptionError('user', 'a user', kindOf(user));
    if (isAnotherUser(settings.server, session.user, user))
      throw new InvalidOptionError('user', 'the user of this session', 'another user');
    return { ...session, user, userRevision: userRevisionOf(session) + 1 };
  }

  return {
    async updateUser(change: User | UserChange<User>) {
      expectOpen(disposal, actor);
      if (actor.getSnapshot().hasTag('restoring')) await ready();
      let session = sessionOf(actor, credentials);
      for (;;) {
        const next = changed(session, change);
        show(next, 'session.updateUser');
        const newer = await store(next);
        const current = credentials.current();
        if (newer === null || current?.sessionId !== next.sessionId) return;
        session = { ...current, user: newer.user, userRevision: userRevisionOf(newer) };
      }
    },
    compare(found) {
      const current = credentials.current();
      if (current?.sessionId !== found.sessionId) return;
      const next = withNewerUser(current, found);
      if (next !== current) show(next, 'peer.userUpdated');
      if (isOlder(found, next) || withNewerUser(found, next) !== found) void store(next);
    },
  };
}

function isFunction<User>(change: User | UserChange<User>): change is UserChange<User> {
  return typeof change === 'function';
}

/** @throws {NotAuthenticatedError | SessionExpiredError} no user is signed in */
function sessionOf<User>(actor: SessionActor, credentials: Credentials<User>): StoredSession<User> {
  const snapshot = actor.getSnapshot();
  const session = credentials.current();
  if (session !== null && snapshot.hasTag('signedIn')) return session;
  throw snapshot.hasTag('refuse')
    ? new SessionExpiredError(snapshot.context.reason)
    : new NotAuthenticatedError('`updateUser()`');
}
