import { waitFor } from 'xstate';
import { createSession, type Session, type SessionOptions } from 'sessionchart';
import { createManualClock, type ManualClock } from 'sessionchart/testing';
import { createCanary } from '../secrets/marker.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface User {
  readonly name: string;
}

type Path = 'login' | 'refresh' | 'logout' | 'orders';

type Answer = (request: string) => Response;

export interface Life extends Disposable {
  readonly session: Session<User, Credentials>;
  readonly clock: ManualClock;
  readonly credentials: Credentials;
  /** The bodies and headers that reached the server. */
  readonly heard: readonly string[];
  /** Sets the server's response for a path. Initially every path returns a grant. */
  answer(path: Path, answer: Answer): void;
}

/** A session in memory whose user, tokens and password are all canaries. Runs in Node and in a browser. */
export function begin(inspect: NonNullable<SessionOptions['inspect']>): Life {
  const clock = createManualClock();
  const heard: string[] = [];
  const answers = new Map<string, Answer>();

  async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const body = `${request.headers.get('authorization') ?? ''} ${await request.text()}`;
    heard.push(body);
    const path = new URL(request.url).pathname.slice(1);
    return (answers.get(path) ?? grant)(body);
  }

  const session = createSession<User, Credentials>({
    baseUrl: 'http://api.test',
    server: {
      login: ({ credentials, http }) => http.post('login', { json: credentials }).json(),
      refresh: ({ refreshToken, http }) => http.post('refresh', { json: { refreshToken } }).json(),
      logout: async ({ refreshToken, http }) => {
        await http.post('logout', { json: { refreshToken } });
      },
      errorCodes: { SESSION_REVOKED: 'sessionRevoked' },
    },
    ky: { fetch, retry: 0 },
    environment: { clock, random: () => 0.5 },
    inspect,
  });
  return {
    session,
    clock,
    heard,
    credentials: { username: createCanary('name'), password: createCanary('password') },
    answer: (path, answer) => void answers.set(path, answer),
    [Symbol.dispose]: session.dispose,
  };
}

function createTokens() {
  return { accessToken: createCanary('access'), refreshToken: createCanary('refresh') };
}

const user = { name: createCanary('user') };

const grant = () => Response.json({ ...createTokens(), expiresIn: 60, user });

/** An error that quotes the request, with the password or the token in it. */
const quoting = (status: number) => (request: string) =>
  Response.json({ error: request, message: request }, { status });

/** The pause between two attempts without a `Retry-After`, in milliseconds. */
const longestPause = 8_000;

const failing = (call: Promise<unknown>) => call.catch((error: unknown) => error);

/** Everything that can happen to a session, in sequence. All responses of its server quote secrets. */
export async function liveThrough({ session, clock, credentials, answer }: Life): Promise<void> {
  await session.ready();
  answer('login', quoting(400));
  await failing(session.login(credentials));
  answer('login', grant);
  await session.login(credentials);

  // One request waits for a refresh that the server delays at first.
  answer('refresh', quoting(503));
  await clock.advance(60_000);
  const waiting = session.api.get('orders');
  await waitFor(session.actor, (snapshot) => snapshot.matches({ signedIn: { refreshing: 'backingOff' } }));
  answer('refresh', grant);
  await clock.advance(longestPause);
  await waiting;

  // The next refresh is refused, and the same user signs in again.
  answer('refresh', quoting(400));
  await failing(session.refresh());
  await failing(session.api.get('orders'));
  await session.login(credentials);
  await session.logout();

  // The session adopts tokens, until the server revokes it.
  await session.adopt({ ...createTokens(), user: { name: createCanary('user') } });
  answer('orders', () => Response.json({ code: 'SESSION_REVOKED' }, { status: 401 }));
  await failing(session.api.get('orders'));
}
