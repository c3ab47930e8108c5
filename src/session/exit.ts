import { isRunning } from '../requests/closed.ts';
import type { Ending } from './ending.ts';
import { revoke } from '../server/revoke.ts';
import { isEnded } from '../store/storedRecord.ts';
import { storedVersion, type StoredSession } from '../store/tokenStore.ts';
import type { SessionActor, World } from './world.ts';

/**
 * Signs out: the machine is told at once, the server afterwards. However often it is asked, the server is
 * told once.
 */
export function createExit<User, Login>(
  world: World<User, Login>,
  actor: SessionActor,
  ending: Pick<Ending<User>, 'logOut' | 'written'>,
): () => Promise<void> {
  const { credentials, keeper, settings, disposal } = world;
  let revoked: { readonly sessionId: string; readonly told: Promise<void> } | null = null;

  /** A sign-out while the store is being read ends the session that is in it, also where the store works only later. */
  async function endStored(): Promise<void> {
    const ended: { session: StoredSession<User> | null } = { session: null };
    const isRead = await keeper.update((found) => {
      ended.session = null;
      if (found === null || isEnded(found) || credentials.current() !== null) return null;
      ended.session = found;
      return { version: storedVersion, sessionId: found.sessionId, ended: 'loggedOut' };
    });
    if (!isRead) keeper.postpone(endStored);
    if (ended.session === null) return;
    world.tell({ type: 'loggedOut', sessionId: ended.session.sessionId, generation: 0 });
    await revoke(world, ended.session);
  }

  return async () => {
    if (disposal.aborted) return;
    const session = credentials.current();
    const snapshot = actor.getSnapshot();
    const isRestoring = snapshot.hasTag('restoring');
    if (isRunning(actor)) actor.send({ type: 'session.logout', at: settings.environment.clock.now() });
    else ending.logOut(snapshot.context.sessionId, 'session.logout');
    // Queued at once, so that every later read of the store finds the session ended.
    const stored = isRestoring ? endStored() : null;
    if (session !== null && session.sessionId !== revoked?.sessionId) {
      revoked = { sessionId: session.sessionId, told: revoke(world, session) };
    }
    await Promise.resolve();
    await ending.written();
    if (session !== null) return revoked?.told;
    await stored;
  };
}
