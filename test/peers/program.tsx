// An application's use of the package. It compiles with the least versions of the peer dependencies, and with the newest.
import {
  createSession,
  isSessionExpiredError,
  memoryStore,
  restContract,
  webStorageStore,
  type Session,
  type SessionView,
} from 'sessionchart';
import { SessionDevtools } from 'sessionchart/devtools';
import { sessionMachine, type SessionEmitted, type SessionMachine } from 'sessionchart/machine';
import { observeRequests } from 'sessionchart/observe';
import { RequireSession, SessionProvider, useSession } from 'sessionchart/react';
import { createTestServer, createTestSession } from 'sessionchart/testing';
import ky from 'ky';
import type { ReactNode } from 'react';
import { setup } from 'xstate';

interface User {
  readonly id: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

export const session: Session<User, Credentials> = createSession({
  baseUrl: 'https://api.example.com',
  server: restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' }),
  store: webStorageStore(() => localStorage),
  ky: { retry: 2, hooks: { beforeRequest: [({ request }) => request.headers.set('X-App', '1')] } },
  inspect: ({ type }) => console.log(type),
});

/** Their types are inferred, so the declarations of this application name the types of the package. */
export const { read, update } = memoryStore<User>();

export const api = ky.extend({ hooks: session.hooks });
export const items = (): Promise<{ n: number }> =>
  session.api.get('items', { context: { auth: 'required' } }).json<{ n: number }>();
export const view: SessionView<User> = session.getSnapshot();
export const isFresh: boolean = session.actor.getSnapshot().matches({ signedIn: { authenticated: 'fresh' } });
session.actor.subscribe(({ context, hasTag }) => console.log(context.generation, hasTag('signedIn')));
session.on('session.expired', ({ reason }) => console.log(reason.code));
export const emitted: SessionEmitted['type'] = 'session.expired';

const machine: SessionMachine = sessionMachine;
export const parent = setup({ actors: { session: machine } }).createMachine({});

export const stop = observeRequests(session);

function Name(): ReactNode {
  const isSignedIn: boolean = useSession(({ isSignedIn }) => isSignedIn);
  const { logout } = useSession();
  return <button onClick={() => void logout()}>{String(isSignedIn)}</button>;
}

export const program: ReactNode = (
  <SessionProvider session={session}>
    <RequireSession signedOut={null}>
      <Name />
      <SessionDevtools session={session} />
    </RequireSession>
  </SessionProvider>
);

export { createTestServer, createTestSession, isSessionExpiredError };
