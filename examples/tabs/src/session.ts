import { useSyncExternalStore } from 'react';
import { createSession, restContract, webStorageStore, type SessionView } from 'sessionchart';

interface User {
  readonly id: string;
  readonly username: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

// `localStorage` is what the tabs have in common: all else follows from it.
export const session = createSession({
  baseUrl: import.meta.env['VITE_API_URL'] as string,
  server: restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' }),
  store: webStorageStore(() => localStorage),
  // Whoever presses the button twice in a row wants to see two refreshes.
  refresh: { cooldown: 250 },
  ky: { fetch: fetchAsTab },
});

/** Says which tab it is, for the table. No program needs that. */
function fetchAsTab(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  request.headers.set('X-Tab', session.peers.id);
  return fetch(request);
}

export function useSessionView(): SessionView<User> {
  return useSyncExternalStore(session.subscribe, session.getSnapshot);
}
