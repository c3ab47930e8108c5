import type { SessionEvent, Stamp } from '../../machines/index.ts';
import type { EndSignal } from '../platform/abort.ts';
import { isRunning } from '../requests/closed.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import type { Settings } from './settings.ts';
import type { SessionActor } from './sessionActor.ts';
import { endStored, writeEnd, writeLogout } from './writeEnd.ts';

type Cause = SessionEvent['type'];

/** Ends sessions: forgets the tokens, and tells the store, the other tabs and the server. */
export interface SignOut<User> {
  /** Forgets the tokens of a session that has expired. */
  expire(this: void, sessionId: string | null, cause: Cause): void;
  /** Forgets everything about a session that was logged out. */
  end(this: void, sessionId: string | null, cause: Cause): void;
  /** Ends a session again that another tab stored after it was logged out here. */
  endLate(this: void, late: StoredSession<User>): void;
  /**
   * Signs out: tells the machine at once and the server afterwards, only once even for repeated calls.
   */
  signOut(this: void, actor: SessionActor): Promise<void>;
}

interface SignOutParts<User, Login> {
  readonly calls: Pick<ServerCalls<User, Login>, 'logout'>;
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'postpone' | 'update'>;
  readonly settings: Settings<User, Login>;
}

export function createSignOut<User, Login>(parts: SignOutParts<User, Login>): SignOut<User> {
  const { calls, credentials, disposal, settings } = parts;
  const { clock } = settings.environment;
  let written = Promise.resolve();
  let revoked: { readonly sessionId: string; readonly told: Promise<void> } | null = null;

  /** Of a session that had expired before, all tokens in the store are newer. */
  const stampOf = (sessionId: string): Stamp => ({
    sessionId,
    generation: credentials.current()?.generation ?? 0,
  });

  /** Whether to write an end to the store: another tab has already written an end that it reported. */
  const isToBeWritten = (sessionId: string | null, cause: Cause): sessionId is string =>
    sessionId !== null && !cause.startsWith('peer.');

  function end(sessionId: string | null, cause: Cause): void {
    if (isToBeWritten(sessionId, cause)) written = writeLogout(parts, stampOf(sessionId), cause);
    credentials.drop();
  }

  return {
    end,
    expire(sessionId, cause) {
      if (isToBeWritten(sessionId, cause)) {
        written = writeEnd(parts, stampOf(sessionId), 'expired').then(() => undefined);
      }
      credentials.dropTokens();
    },
    endLate(late) {
      void writeEnd(parts, late, 'loggedOut');
      void calls.logout(late);
    },
    async signOut(actor) {
      if (disposal.aborted) return;
      const session = credentials.current();
      const snapshot = actor.getSnapshot();
      if (isRunning(actor)) actor.send({ type: 'session.logout', at: clock.now() });
      else end(snapshot.context.sessionId, 'session.logout');
      // Queued at once, so that every later read of the store finds the session ended.
      const stored = snapshot.hasTag('restoring') ? endStored(parts) : null;
      if (session !== null && session.sessionId !== revoked?.sessionId) {
        revoked = { sessionId: session.sessionId, told: calls.logout(session) };
      }
      await Promise.resolve();
      await written;
      await (session === null ? stored : revoked?.told);
    },
  };
}
