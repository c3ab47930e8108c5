import { createSession, memoryStore, type Session, type SessionOptions } from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { createCanary } from './canary.ts';
import { listen } from './listeners.ts';
import { createWitness } from './witness.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export type AppSession = Session<{ name: string }, Credentials>;

export type Answer = (body: string) => Response | Promise<Response>;

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** New tokens. */
export function createTokens(): Tokens {
  return { accessToken: createCanary('access'), refreshToken: createCanary('refresh') };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/**
 * A server on a port whose tokens are canaries and whose responses can be replaced, and sessions that a witness
 * watches.
 */
export async function openWorld(options: Partial<SessionOptions<{ name: string }, Credentials>> = {}) {
  const stack = new AsyncDisposableStack();
  const witness = stack.use(createWitness());
  const clock = createManualClock();
  const answers = new Map<string, Answer>();
  const server = stack.use(
    await listen((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const answer = answers.get(new URL(request.url ?? '/', 'http://host').pathname) ?? grant;
        const { status, headers, body, type } = await answer(Buffer.concat(chunks).toString());
        if (type === 'error') {
          response.destroy();
          return;
        }
        response.writeHead(status, Object.fromEntries(headers));
        response.end(body === null ? '' : Buffer.from(await new Response(body).arrayBuffer()));
      })();
    }),
  );
  const credentials = { email: 'ada@example.com', password: createCanary('password') };
  return {
    witness,
    clock,
    server,
    credentials,
    /** Sets the server's response for a path: `/login`, `/refresh`, `/logout` or any other. */
    answer: (path: string, answer: Answer) => void answers.set(path, answer),
    start(more: Partial<SessionOptions<{ name: string }, Credentials>> = {}): AppSession {
      const session = createSession<{ name: string }, Credentials>({
        baseUrl: server.url,
        server: {
          login: ({ credentials: given, http }) => http.post<Tokens>('login', { json: given }).json(),
          refresh: ({ refreshToken, http }) =>
            http.post<Tokens>('refresh', { json: { refreshToken } }).json(),
          logout: async ({ refreshToken, http }) => {
            await http.post('logout', { json: { refreshToken } });
          },
        },
        store: memoryStore(),
        refresh: { proactive: false, attempts: 4 },
        environment: { clock, random: () => 0 },
        inspect: witness.inspect,
        ...options,
        ...more,
      });
      witness.watch(session);
      return stack.use(session);
    },
    /** Makes a call and examines its error. Returns whether it threw one. */
    async failing(call: () => Promise<unknown>): Promise<unknown> {
      try {
        await call();
        return null;
      } catch (error) {
        witness.look('error', error);
        return error;
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function grant(): Response {
  return Response.json({ ...createTokens(), expiresIn: 60, user: { name: 'Ada' } });
}

export async function signedIn(world: World): Promise<AppSession> {
  const session = world.start();
  await session.login(world.credentials);
  return session;
}

/** Refreshes an expired token, advances the time until the refresh has ended, and returns its outcome. */
export async function refreshing(world: World): Promise<unknown> {
  const session = await signedIn(world);
  await world.clock.advance(60_000);
  const call = world.failing(() => session.refresh());
  const isOver = call.then(() => true);
  while (!(await Promise.race([isOver, world.clock.advance(1_000).then(() => false)])));
  return call;
}
