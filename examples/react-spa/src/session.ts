import { createSession, rememberMe, restContract, webStorageStore } from 'sessionchart';
import { observeRequests } from 'sessionchart/observe';
import { network } from './network.ts';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

export const session = createSession({
  baseUrl: import.meta.env.VITE_API_URL,
  server: restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' }),
  store: rememberMe(webStorageStore(() => localStorage)),
  // Clicking "Expire the access token" twice in a row should show two refreshes.
  refresh: { cooldown: 250 },
  hold: { whileExpired: 10 * 60_000 },
  // TanStack Query retries, except for errors of the session.
  ky: { retry: 0 },
  environment: { signals: network },
});

observeRequests(session).intercept(() => (network.isOnline() ? undefined : Response.error()));

declare module 'sessionchart/react' {
  interface Register {
    session: typeof session;
  }
}
