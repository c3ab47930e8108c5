import {
  createSession,
  rememberMe,
  sessionErrorOf,
  tokensInMemory,
  webStorageStore,
  type Session,
} from '../../src/index.ts';
import type { HoldOptions, RefreshOptions, SessionEmitted, SessionView } from '../../src/index.ts';
import { limitSession, type LimitOptions, type SessionLimits } from '../../src/limits/index.ts';
import { express } from '../referenceServer/contracts/express.ts';
import { refreshCookie } from '../referenceServer/contracts/refreshCookie.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';

/** The options of a page, which are in its URL. */
const contracts = { express, refreshCookie, rotating };

export interface PageOptions {
  /** The URL of the reference server. */
  readonly server: string;
  /** Default is `rotating`. */
  readonly dialect?: keyof typeof contracts;
  readonly name?: string;
  readonly refresh?: RefreshOptions;
  readonly hold?: HoldOptions;
  /** Default is no limit. */
  readonly limits?: LimitOptions;
  /** Whether the user chose to be remembered. Default is no choice. */
  readonly remember?: boolean;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The functions of a page for tests. All of them use the session like an application. */
export interface PageSession {
  readonly session: Session<unknown, Credentials>;
  /** The limits of the session, or `null`. */
  readonly limits: SessionLimits | null;
  readonly facts: readonly SessionEmitted[];
  /** Signs in. Returns the resulting status, or the code of an error. */
  signIn(credentials: Credentials): Promise<string>;
  /** Changes the name of the user. */
  rename(username: string): Promise<void>;
  /** Sends requests at the same time. Returns the status and user of each response, or the code of its error. */
  send(count: number): Promise<readonly string[]>;
  /** Sends requests, and adds their outcomes to `outcomes` later. */
  start(count: number): void;
  readonly outcomes: readonly string[];
  /** All views that a listener received. */
  readonly views: readonly SessionView[];
  /** Whether the page has returned from the back-forward cache. */
  readonly persisted: boolean;
}

declare global {
  interface Window {
    readonly page: PageSession;
  }
}

const address = new URL(location.href);
const options = JSON.parse(address.searchParams.get('options') ?? '{}') as PageOptions;

const { dialect = 'rotating', remember } = options;
const localStore = webStorageStore(() => localStorage);

function storeOf() {
  if (dialect === 'refreshCookie') return tokensInMemory(localStore);
  return remember === undefined ? localStore : rememberMe(localStore);
}

export const session: Session<unknown, Credentials> = createSession<unknown, Credentials>({
  baseUrl: options.server,
  server: contracts[dialect],
  store: storeOf(),
  name: options.name ?? 'session',
  refresh: options.refresh ?? {},
  hold: options.hold ?? {},
});

const limits = options.limits === undefined ? null : limitSession(session, options.limits);

const facts: SessionEmitted[] = [];
const outcomes: string[] = [];
const views: SessionView[] = [];
session.on('*', (fact) => void facts.push(fact));
session.subscribe((view) => void views.push(view));
let persisted = false;
window.addEventListener('pageshow', (event) => {
  persisted = event.persisted;
});

async function codeOf(outcome: Promise<string>): Promise<string> {
  try {
    return await outcome;
  } catch (error) {
    return sessionErrorOf(error)?.code ?? String(error);
  }
}

async function request(): Promise<string> {
  const response = await session.fetch('api/me');
  const { username = 'nobody' } = (await response.json()) as { username?: string };
  return `${response.status} ${username}`;
}

const send = (count: number) => Promise.all(Array.from({ length: count }, () => codeOf(request())));

Object.defineProperty(window, 'page', {
  value: {
    session,
    limits,
    facts,
    outcomes,
    views,
    get persisted() {
      return persisted;
    },
    signIn: (credentials) =>
      codeOf(
        session
          .login(credentials, { remember: options.remember ?? true })
          .then(() => session.getSnapshot().status),
      ),
    rename: (username) => session.updateUser((user) => ({ ...Object(user), username })),
    send,
    start(count) {
      for (let n = 0; n < count; n += 1) void codeOf(request()).then((outcome) => outcomes.push(outcome));
    },
  } satisfies PageSession,
});
