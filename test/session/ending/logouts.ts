import type { InterceptHandler } from '../../../src/testing/index.ts';
import { ada, quiet, stateOf, type AppSession, type World } from './world.ts';

/** Signs a user in, and records the events about the logout. */
export async function signedIn(world: World, options: Parameters<World['start']>[0] = {}) {
  const session = world.start({ refresh: { proactive: false }, ...options });
  await session.login(ada);
  const told: unknown[] = [];
  session.on('session.logoutFailed', (event) => told.push(event));
  const { sessionId, generation } = session.actor.getSnapshot().context;
  return { session, told, stamp: { sessionId, generation } };
}

export const answers =
  (status: number, headers: Record<string, string> = {}): InterceptHandler =>
  () =>
    new Response('{}', { status, headers: { 'content-type': 'application/json', ...headers } });

export const logouts = (world: World) => world.server.counts().logout;

/** Advances the time through the pauses between the attempts, until the session gives up. */
export async function exhaust(world: World, session: AppSession): Promise<void> {
  while (stateOf(session) !== 'loggedOut.idle') {
    await world.clock.advance(8_000);
    await quiet(world);
  }
}
