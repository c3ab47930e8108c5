import { createSession, restContract, type SessionStore } from '../../../src/index.ts';
import type { Start } from './protocol.ts';

export interface User {
  readonly id: string;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The session of a user in one instance of a service. */
export const openSession = (
  { baseUrl, timeout }: Pick<Start, 'baseUrl' | 'timeout'>,
  store: SessionStore<User>,
  name: string,
) =>
  createSession<User, Login>({
    baseUrl,
    server: restContract<User, Login>({ login: 'auth/login', refresh: 'auth/refresh' }),
    store,
    name,
    // Without a pause, since the tests make tokens expire one right after another.
    refresh: { proactive: false, cooldown: 0, ...(timeout !== undefined && { timeout }) },
  });
