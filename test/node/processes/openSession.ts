import { createSession, restContract } from '../../../src/index.ts';
import { fileStore } from '../../../src/node/index.ts';
import type { Start } from './protocol.ts';

interface User {
  readonly id: string;
  readonly username: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Opens the session of one of the processes. */
export function openSession({ baseUrl, path, timeout, holdTimeout }: Start) {
  return createSession<User, Credentials>({
    baseUrl,
    server: restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' }),
    store: fileStore<User>({ path }),
    // Without a pause, since the tests make tokens expire one right after another.
    refresh: { cooldown: 0, ...(timeout !== undefined && { timeout }) },
    ...(holdTimeout !== undefined && { hold: { timeout: holdTimeout } }),
  });
}
