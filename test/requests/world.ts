import { expect } from 'vitest';
import { createSession, type Auth, type Session, type SessionOptions } from '../../src/index.ts';
import type { InterceptOptions, RequestKind } from '../../src/testing/intercepts.ts';
import { createManualClock, type ManualClock } from '../clock.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';
import { cheapArgon2Cost, createGate } from '../referenceServer/authorities.ts';
import { startServer, type RunningServer, type StartServerOptions } from '../referenceServer/server.ts';

export interface User {
  id: string;
  username: string;
}

export interface Credentials {
  username: string;
  password: string;
}

export type AppSession = Session<User, Credentials>;

export const ada: Credentials = { username: 'ada', password: 'lovelace' };

/** A request as the base `fetch` received it. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
}

/** A `fetch` that records the requests that it sends, in order. */
export function createRecorder(): { readonly sent: Sent[]; readonly fetch: typeof fetch } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      sent.push({
        method: request.method,
        path: pathname + search,
        authorization: request.headers.get('authorization'),
      });
      return fetch(request);
    },
  };
}

export type WorldOptions = Partial<SessionOptions<User, Credentials>> & {
  readonly startServer?: StartServerOptions;
  /** Default is `true`. */
  readonly isSignedIn?: boolean;
};

export interface World extends AsyncDisposable {
  readonly server: RunningServer;
  readonly session: AppSession;
  /** The clock of server and session. */
  readonly clock: ManualClock;
  /** The requests that were sent to the API, in order. */
  readonly sent: readonly Sent[];
}

/** A `rotating` server, and a session in which Ada is signed in. Access tokens are valid for a minute. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { startServer: serverOptions, isSignedIn = true, ...sessionOptions } = options;
  const clock = createManualClock();
  const server = await startServer({ argon2Cost: cheapArgon2Cost, now: () => clock.now(), ...serverOptions });
  const recorder = createRecorder();
  const session = createSession<User, Credentials>({
    baseUrl: server.url,
    server: rotating,
    environment: { clock, random: () => 0 },
    ...sessionOptions,
    ky: { fetch: recorder.fetch, ...sessionOptions.ky },
  });
  if (isSignedIn) await session.login(ada);
  return {
    server,
    session,
    clock,
    get sent() {
      return recorder.sent.filter(({ path }) => path.startsWith('/api/'));
    },
    async [Symbol.asyncDispose]() {
      session.dispose();
      await server.close();
    },
  };
}

/** A world during a refresh: the server has granted tokens, and its response is held. */
export async function openRefreshing(
  options: WorldOptions = {},
): Promise<World & { readonly refresh: HeldResponses }> {
  const world = await openWorld({ refresh: { timeout: 600_000 }, ...options });
  const refresh = holdResponses(world.server, 'refresh');
  await world.clock.advance(60_000);
  await refresh.reached;
  return Object.assign(world, { refresh });
}

/** Resolves to the error of a promise. Rejects if the promise fulfils. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const value = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (value === undefined) throw new Error('Expected the promise to reject');
  return value.error;
}

/** The `init` that the session passes to `fetch` with each `Request`. */
export const besideRequest = {
  headers: expect.any(Headers) as unknown,
  signal: expect.any(AbortSignal) as unknown,
  referrer: 'about:client',
  referrerPolicy: '',
};

export interface ClientInit {
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  duplex?: 'half';
  signal?: AbortSignal;
  cache?: RequestCache;
  context?: { auth?: Auth; replay?: boolean };
}

/** A way to send requests. No client throws on a status. */
export interface Client {
  readonly name: string;
  send(this: void, session: AppSession, path: string, init?: ClientInit): Promise<Response>;
}

export const kyClient: Client = {
  name: 'session.api',
  send: (session, path, init) => session.api(path, { throwHttpErrors: false, ...init }),
};

export const fetchClient: Client = {
  name: 'session.fetch',
  send: (session, path, init) => session.fetch(path, init),
};

export const clients: readonly Client[] = [kyClient, fetchClient];

export interface HeldResponses {
  /** Resolves when the first of these requests has arrived. */
  readonly reached: Promise<void>;
  open(this: void): void;
}

/**
 * Holds the responses to one kind of request until `open` is called. The server has handled the requests by then.
 */
export function holdResponses(
  server: RunningServer,
  kind: RequestKind,
  { path, ...options }: InterceptOptions & { path?: string } = {},
): HeldResponses {
  const reached = createGate();
  const released = createGate();
  server.intercept(
    kind,
    async (request, next) => {
      const answer = await next();
      if (path !== undefined && new URL(request.url).pathname !== path) return answer;
      reached.open();
      await released.opened;
      return answer;
    },
    options,
  );
  return { reached: reached.opened, open: () => released.open() };
}

/** The values of this header that arrived at the server, one for each attempt. */
export function headersSent({ server }: World, name: string): (string | null)[] {
  const values: (string | null)[] = [];
  server.intercept('api', (request, next) => {
    values.push(request.headers.get(name));
    return next();
  });
  return values;
}

/** The statuses of the server's responses for each path, in order of arrival. */
export function statusesByPath(server: RunningServer): Map<string, number[]> {
  const statuses = new Map<string, number[]>();
  for (const { kind, path, status } of server.requests) {
    if (kind === 'api') statuses.set(path, [...(statuses.get(path) ?? []), status]);
  }
  return statuses;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
