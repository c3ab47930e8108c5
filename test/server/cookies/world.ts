import { createSession, cookieContract, memoryStore, type SessionOptions } from '../../../src/index.ts';
import type { CookieContractOptions, ServerContract, StoredRecord } from '../../../src/index.ts';
import { createManualClock } from '../../../src/testing/index.ts';

export interface User {
  id: string;
}

export const api = 'https://api.example.com';

/** A request as it was sent. */
export interface Sent {
  readonly call: string;
  readonly credentials: RequestCredentials;
  readonly redirect: RequestRedirect;
  readonly csrf: string | null;
  readonly authorization: string | null;
}

export const header = 'X-CSRF-Token';

type Answer = (request: Request) => Response | Promise<Response>;

const answers: Readonly<Record<string, Answer>> = {
  'POST /login': () => Response.json({ user: { id: '1' }, expiresIn: 60 }),
  'POST /refresh': () => new Response(null, { status: 204 }),
  'POST /logout': () => new Response(null, { status: 204 }),
};

const refused = () => new Response(null, { status: 401 });

export interface WorldOptions {
  readonly contract?: Partial<CookieContractOptions<User, null>>;
  /** Replaces the contract that `contract` would extend. */
  readonly server?: ServerContract<User, null>;
  readonly session?: Partial<SessionOptions<User, null>>;
}

/** A session with a fake server, and the requests that it received. */
export function createWorld({ contract = {}, server, session: more = {} }: WorldOptions = {}) {
  const clock = createManualClock();
  const store = memoryStore<User>();
  const sent: Sent[] = [];
  const next = new Map<string, Answer[]>();

  const session = createSession<User, null>({
    baseUrl: api,
    server: server ?? cookieContract({ login: 'login', refresh: 'refresh', logout: 'logout', ...contract }),
    store,
    ky: {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const { credentials, redirect, headers, method } = request;
        const { origin, pathname } = new URL(request.url);
        const call = `${method} ${origin === api ? '' : origin}${pathname}`;
        const authorization = headers.get('authorization');
        sent.push({ call, credentials, redirect, csrf: headers.get(header), authorization });
        request.signal.throwIfAborted();
        const answer = next.get(call)?.shift() ?? answers[call] ?? (() => Response.json({ call }));
        return answer(request);
      },
    },
    environment: { clock, random: () => 0 },
    ...more,
  });

  return {
    session,
    clock,
    sent,
    calls: () => sent.map(({ call }) => call),
    csrfOf: (call: string) => sent.filter((one) => one.call === call).map(({ csrf }) => csrf),
    /** The next response to this call. Default is 401. */
    answer(call: string, answer: Answer = refused) {
      next.set(call, [...(next.get(call) ?? []), answer]);
    },
    stored: async (): Promise<StoredRecord<User> | null> => store.read('session'),
    [Symbol.dispose]: () => session.dispose(),
  };
}

export async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => error);
}
