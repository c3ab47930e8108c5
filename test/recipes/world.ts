import type { Session } from 'sessionchart';
import { createTestSession, type TestSession, type TestSessionOptions } from 'sessionchart/testing';

export const ada = { username: 'ada', password: 'lovelace' };
export const grace = { username: 'grace', password: 'hopper' };

export type TestedSession = TestSession['session'];

export interface World extends TestSession {
  /** The number of listeners of the session. */
  listeners(): number;
}

/** A session with an in-memory server, which counts its listeners. */
export async function openWorld(options?: TestSessionOptions): Promise<World> {
  const world = await createTestSession(options);
  const { session, listeners } = counted(world.session);
  return { ...world, session, listeners };
}

function counted<User, Credentials>(session: Session<User, Credentials>) {
  let listeners = 0;
  const subscribe: typeof session.subscribe = (listener) => {
    const stop = session.subscribe(listener);
    listeners += 1;
    const unsubscribe = () => {
      stop();
      listeners -= 1;
    };
    return Object.assign(() => unsubscribe(), { unsubscribe });
  };
  return { session: { ...session, subscribe }, listeners: () => listeners };
}

/** Refreshes in the background several times. */
export async function refreshOften({ session }: World): Promise<void> {
  for (let times = 0; times < 10; times += 1) await session.refresh();
}

/** Expires the refresh token, and lets the session notice. */
export async function expire({ session, server }: World): Promise<void> {
  server.expireRefreshTokens();
  await session.refresh().catch(() => undefined);
}

/** Replaces this session with another user's tokens, as a redirect or another tab would. */
export async function replaceWith({ session, server }: World, credentials: typeof ada): Promise<void> {
  const { url, endpoints, fetch } = server;
  const answer = await fetch(`${url}${endpoints.login}`, {
    method: 'POST',
    body: JSON.stringify(credentials),
  });
  await session.adopt((await answer.json()) as Parameters<typeof session.adopt>[0]);
}
