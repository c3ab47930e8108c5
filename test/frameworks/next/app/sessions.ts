import { memoryStore, restContract, type SessionStore } from 'sessionchart';
import { serverSessions, sessionHandler } from 'sessionchart/server';
import { cookies } from 'next/headers';

export interface User {
  username: string;
}

/** Next.js loads this module once for pages and once for route handlers, which must share the store. */
const shared = globalThis as typeof globalThis & { store?: SessionStore<User> };

const sessions = serverSessions<User, { username: string; password: string }>({
  baseUrl: process.env.API_URL ?? 'http://localhost:4000/api/',
  server: restContract({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  secret: process.env.SESSION_SECRET ?? '',
  store: (shared.store ??= memoryStore<User>()),
});

export const handle = sessionHandler(sessions);

/** Opens the session of the request that a server component renders. */
export async function openSession() {
  const jar = await cookies();
  return sessions.open({ get: (name) => jar.get(name)?.value });
}
