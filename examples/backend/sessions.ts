import { restContract } from 'sessionchart';
import { serverSessions, type ServerSessions } from 'sessionchart/server';

export interface User {
  readonly username: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Options of the web servers. */
export interface ApplicationOptions {
  /** The URL of the API, without a trailing slash. */
  readonly apiUrl: string;
  /** At least 32 characters. */
  readonly secret: string;
  /** The folder with page.css and the bundle of page.ts. */
  readonly assets: string;
}

export const createSessions = ({
  apiUrl,
  secret,
}: Omit<ApplicationOptions, 'assets'>): ServerSessions<User, Credentials> =>
  serverSessions({
    baseUrl: `${apiUrl}/api/`,
    server: restContract({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
    secret,
    // Safari accepts a cookie with `Secure` from localhost only over HTTPS. Leave this out in production.
    cookie: { secure: false },
  });
