import { cookieContract, createSession, webStorageStore } from 'sessionchart';
import type { User } from './sessions.server';

export const session = createSession<User, { username: string; password: string }>({
  // The server loads this module to render the first page, and sends no request with it.
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  server: cookieContract({
    login: 'auth/login',
    refresh: 'auth/refresh',
    logout: 'auth/logout',
    silentSignIn: true,
  }),
  store: webStorageStore(() => localStorage),
});

declare module 'sessionchart/react' {
  interface Register {
    session: typeof session;
  }
}
