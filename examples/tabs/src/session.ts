import { useSyncExternalStore } from 'react';
import { createSession, restContract, webStorageStore, type SessionView } from 'sessionchart';
import { observeTabs } from 'sessionchart/observe';

interface User {
  readonly id: string;
  readonly username: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

// The tabs share the session because they share `localStorage`.
export const session = createSession({
  baseUrl: import.meta.env['VITE_API_URL'] as string,
  server: restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' }),
  store: webStorageStore(() => localStorage),
  // Pressing the button twice in a row should show two refreshes.
  refresh: { cooldown: 250 },
  ky: { fetch: fetchAsTab },
});

/** For the table of tabs: the session itself does not need it. */
export const observer = observeTabs(session);

/** Sends the tab's id, for the table of this demo. Your application does not need that. */
function fetchAsTab(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  request.headers.set('X-Tab', observer.id);
  return fetch(request);
}

export function useSessionView(): SessionView<User> {
  return useSyncExternalStore(session.subscribe, session.getSnapshot);
}
