import { createSession, sessionErrorOf, webStorageStore, type Session } from '../../src/index.ts';
import type { HoldOptions, RefreshOptions, SessionEmitted, SessionView } from '../../src/index.ts';
import { express } from '../referenceServer/contracts/express.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';

/** What a page is told in its address. */
export interface PageOptions {
  /** Where the reference server is. */
  readonly server: string;
  /** Default is `rotating`. */
  readonly dialect?: 'rotating' | 'express';
  readonly name?: string;
  readonly refresh?: RefreshOptions;
  readonly hold?: HoldOptions;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a test can do in a page; everything goes through the session, as a program's own code would. */
export interface PageSession {
  readonly session: Session<unknown, Credentials>;
  readonly facts: readonly SessionEmitted[];
  /** Where a sign-in leads: a status, or the code of an error. */
  signIn(credentials: Credentials): Promise<string>;
  /** Sends requests all at once: status and user of each answer, or the code of an error. */
  send(count: number): Promise<readonly string[]>;
  /** Sends requests, and notes their outcomes in `outcomes` whenever they come. */
  start(count: number): void;
  readonly outcomes: readonly string[];
  /** Every view that a listener was shown. */
  readonly views: readonly SessionView[];
  /** Whether the page has come out of the back-forward cache. */
  readonly persisted: boolean;
}

declare global {
  interface Window {
    readonly page: PageSession;
  }
}

const address = new URL(location.href);
const options = JSON.parse(address.searchParams.get('options') ?? '{}') as PageOptions;

export const session: Session<unknown, Credentials> = createSession<unknown, Credentials>({
  baseUrl: options.server,
  server: options.dialect === 'express' ? express : rotating,
  store: webStorageStore(() => localStorage),
  name: options.name ?? 'session',
  refresh: options.refresh ?? {},
  hold: options.hold ?? {},
});

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
    facts,
    outcomes,
    views,
    get persisted() {
      return persisted;
    },
    signIn: (credentials) => codeOf(session.login(credentials).then(() => session.getSnapshot().status)),
    send,
    start(count) {
      for (let n = 0; n < count; n += 1) void codeOf(request()).then((outcome) => outcomes.push(outcome));
    },
  } satisfies PageSession,
});
