import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { Accounts } from '../../src/testing/accounts.ts';
import type { DialectName } from '../../src/testing/dialects/dialect.ts';
import {
  createTestServer,
  serveDialect,
  type TestServer,
  type TestServerOptions,
} from '../../src/testing/server.ts';
import { cookie } from './dialects/cookie.ts';
import { refreshCookie } from './dialects/refreshCookie.ts';
import { sqliteAccounts, type SqliteAccountsOptions } from './sqliteAccounts.ts';

const cookieDialects = { cookie, refreshCookie };

export type ServerDialect = DialectName | keyof typeof cookieDialects;

export interface StartServerOptions
  extends
    Omit<TestServerOptions, 'accounts' | 'dialect'>,
    Pick<Partial<SqliteAccountsOptions>, 'argon2Cost'> {
  /** As for `createTestServer`, or one with cookies, which needs a browser or a cookie jar. Default is `rotating`. */
  readonly dialect?: ServerDialect;
  /** Default is 0: any free port. */
  readonly port?: number;
  /** Path of the database file. Default is a database in memory, since a file costs each test tens of milliseconds. */
  readonly database?: string;
  /** Other accounts instead of the database. */
  readonly accounts?: Accounts;
}

/** The server of `createTestServer`, on a port of 127.0.0.1. */
export interface RunningServer extends Omit<TestServer, 'fetch' | 'dialect'> {
  readonly dialect: ServerDialect;
  /** Closes the server and cuts open connections. A second call does nothing. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const isCookieDialect = (dialect: ServerDialect): dialect is keyof typeof cookieDialects =>
  Object.hasOwn(cookieDialects, dialect);

type CleanUp = () => unknown;

async function openAccounts(options: StartServerOptions, cleanUps: CleanUp[]): Promise<Accounts> {
  if (options.accounts !== undefined) return options.accounts;
  const { database = ':memory:' } = options;
  const accounts = await sqliteAccounts({ ...options, database });
  cleanUps.unshift(() => accounts.close());
  return accounts;
}

const exposeHeaders = ['Authorization', 'WWW-Authenticate', 'Retry-After', 'Date'];

/** With credentials, a response must not allow every origin (Fetch standard, CORS protocol and credentials). */
const withCookies = { origin: (origin: string) => origin, credentials: true };

/** Adds HTTP and CORS to the server. */
function createHttpApp(
  serve: TestServer['fetch'],
  origins: typeof withCookies | { origin: '*' },
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(cors({ ...origins, exposeHeaders, maxAge: 600 }));
  app.all('*', async (c) => {
    // The adapter's request is not a real Request, so the global constructor does not accept it.
    const { url, method, headers, body, signal } = c.req.raw;
    const init = { method, headers, body, signal, duplex: 'half' };
    try {
      return await serve(url, init);
    } catch {
      // An intercept or the client has cut the connection.
      c.env.outgoing.destroy();
      return RESPONSE_ALREADY_SENT;
    }
  });
  return app;
}

async function listen(server: Server, port: number): Promise<string> {
  // The operating system must not reject a thousand simultaneous connections.
  server.listen({ port, host: '127.0.0.1', backlog: 4_096 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Starts a reference server on real HTTP, with users and refresh tokens in a SQLite database. */
export async function startServer(options: StartServerOptions = {}): Promise<RunningServer> {
  const { dialect = 'rotating', now = Date.now, port = 0 } = options;
  const cleanUps: CleanUp[] = [];

  async function close(): Promise<void> {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  }

  try {
    const accounts = await openAccounts(options, cleanUps);
    const given = options.accounts === undefined ? { now, accounts } : { ...options, dialect: undefined };
    const { fetch: serve, ...server } = isCookieDialect(dialect)
      ? serveDialect(cookieDialects[dialect], given)
      : createTestServer({ ...given, dialect });
    // Without this option the adapter replaces the global Request and Response.
    const listener = getRequestListener(
      createHttpApp(serve, isCookieDialect(dialect) ? withCookies : { origin: '*' }).fetch,
      { overrideGlobalObjects: false },
    );
    // If idle connections were closed after a few seconds, a slow client might be just about to reuse one.
    const httpServer = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
      void listener(incoming, outgoing);
    });
    const url = await listen(httpServer, port);
    cleanUps.unshift(() => closeServer(httpServer));
    return { ...server, dialect, url, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
