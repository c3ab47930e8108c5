import { createSession, type Auth, type Clock, type Session, type SessionOptions } from '../../src/index.ts';
import type { InterceptOptions, RequestKind } from '../../src/testing/intercepts.ts';
import { rotating } from '../contracts/rotating.ts';
import { cheapArgon2Cost, createGate } from '../server/authorities.ts';
import { startServer, type RunningServer, type StartServerOptions } from '../server/server.ts';

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

/** A clock that moves when it is told to, and calls back whoever has waited long enough. */
export interface ManualClock extends Clock {
  /** Milliseconds. */
  advance(milliseconds: number): void;
}

export function createManualClock(): ManualClock {
  let time = Date.UTC(2030, 0, 1);
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  return {
    now: () => time,
    schedule(callback, delay) {
      const timer = { due: time + delay, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(milliseconds) {
      const end = time + milliseconds;
      for (;;) {
        const [next] = [...timers].filter(({ due }) => due <= end).sort((one, other) => one.due - other.due);
        if (next === undefined) break;
        timers.delete(next);
        time = Math.max(time, next.due);
        next.callback();
      }
      time = end;
    },
  };
}

/** One request as the base fetch got it. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
}

/** A fetch that notes what it sends, in order. */
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
  /** The time of server and session alike. */
  readonly clock: ManualClock;
  /** What left for the API, in order. */
  readonly sent: readonly Sent[];
}

/** A server that speaks `rotating`, and a session in which ada has signed in. Tokens live for a minute. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { startServer: serverOptions, isSignedIn = true, ...sessionOptions } = options;
  const clock = createManualClock();
  const server = await startServer({ argon2Cost: cheapArgon2Cost, now: clock.now, ...serverOptions });
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

export interface DoorInit {
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  duplex?: 'half';
  signal?: AbortSignal;
  context?: { auth?: Auth };
}

/** A way in which a program sends requests; no door throws on a status. */
export interface Door {
  readonly name: string;
  send(this: void, session: AppSession, path: string, init?: DoorInit): Promise<Response>;
}

export const kyDoor: Door = {
  name: 'session.api',
  send: (session, path, init) => session.api(path, { throwHttpErrors: false, ...init }),
};

export const fetchDoor: Door = {
  name: 'session.fetch',
  send: (session, path, init) => session.fetch(path, init),
};

export const doors: readonly Door[] = [kyDoor, fetchDoor];

/**
 * Lets requests of one kind come to the server, which acts, and keeps the answers back until it is opened.
 */
export function dam(
  server: RunningServer,
  kind: RequestKind,
  { path, ...options }: InterceptOptions & { path?: string } = {},
): { readonly reached: Promise<void>; open(): void } {
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
  return {
    reached: reached.opened,
    open: () => {
      released.open();
    },
  };
}

/** The statuses with which the server answered, for each path, in the order of arrival. */
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
