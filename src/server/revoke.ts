import type { StoredSession } from '../store/tokenStore.ts';
import type { World } from '../session/world.ts';
import { callServer } from './serverCall.ts';

/**
 * Revokes the tokens of a session that is over, as well as the contract can. Resolves when the server has
 * been told or has failed to answer within `refresh.timeout`.
 */
export async function revoke<User, Login>(
  world: World<User, Login>,
  { sessionId, refreshToken, accessToken, user }: StoredSession<User>,
): Promise<void> {
  const { server, refresh } = world.settings;
  if (server.logout === undefined) return;
  const current = world.credentials.current();
  // By then the cookies are those of another session.
  if (server.cookies !== undefined && current !== null && current.sessionId !== sessionId) return;
  const { result } = callServer(
    world,
    async (call) => server.logout?.({ refreshToken, accessToken, user, ...call }),
    { purpose: 'logout', timeout: refresh.timeout, signals: [world.disposal] },
  );
  await result.catch(() => undefined);
}
