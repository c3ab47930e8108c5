import {
  cookieRequests,
  createSession,
  sessionErrorOf,
  webStorageStore,
  type Session,
} from '../../../src/index.ts';
import { observeRequests } from '../../../src/observe/index.ts';
import { cookie } from '../../referenceServer/contracts/cookie.ts';

interface Credentials {
  username: string;
  password: string;
}

/** The functions that a test can call in the page. All go through the session, as in an application. */
export interface Program {
  readonly session: Session<{ id: string; username: string }, Credentials>;
  /** Everything that the session has exposed to listeners. */
  readonly overheard: readonly string[];
  /** The outcome of a request: `200 ada`, or an error code. */
  send(method: string, path: string): Promise<string>;
}

declare global {
  interface Window {
    readonly program: Program;
  }
}

function userOf(answer: unknown): string {
  const isNamed = typeof answer === 'object' && answer !== null && 'user' in answer;
  return isNamed ? String(answer.user) : 'nobody';
}

const overheard: string[] = [];
const overhear = (what: unknown) => void overheard.push(JSON.stringify(what));

const { searchParams } = new URL(location.href);

/** The URL of the API. Default is the page's own origin. */
const api = searchParams.get('api');

new BroadcastChannel(`sessionchart:local:session@${new URL(api ?? location.origin).origin}`).addEventListener(
  'message',
  ({ data }) => overhear(data),
);

/** The browser sends cookies to an API on another origin only if the request asks for it. */
const crossOrigin = cookieRequests({
  credentials: searchParams.has('withoutCredentials') ? 'same-origin' : 'include',
  csrf: { header: 'X-CSRF-Token', cookie: 'csrf' },
});

const session = createSession<{ id: string; username: string }, Credentials>({
  baseUrl: api ?? location.origin,
  server: api === null ? cookie : { ...cookie, cookies: crossOrigin },
  store: webStorageStore(() => localStorage),
  inspect: (event) => {
    if (event.type === '@xstate.event') overhear(event.event);
    if (event.type === '@xstate.snapshot') overhear(event.snapshot);
  },
});
session.on('*', overhear);
observeRequests(session).subscribe(overhear);
session.subscribe(overhear);

Object.defineProperty(window, 'program', {
  value: {
    session,
    overheard,
    async send(method, path) {
      try {
        const response = await session.fetch(path, {
          method,
          ...(method === 'POST' && { body: 'An order' }),
        });
        const answer: unknown = await response.json();
        return `${response.status} ${userOf(answer)}`;
      } catch (error) {
        return sessionErrorOf(error)?.code ?? String(error);
      }
    },
  } satisfies Program,
});
