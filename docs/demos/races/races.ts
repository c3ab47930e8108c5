import type { TestServer } from '../../../src/testing/index.ts';
import type { Bar, Stage } from './stage.ts';

/** How long requests take, in milliseconds. */
export interface Latency {
  /** How long a request to the API takes: `search` tells requests apart, `count` is 0 when it is sent first. */
  api(search: string, count: number): number;
  /** How long a refresh takes to reach the server, and its response to come back. */
  readonly refresh: { readonly there: number; readonly back: number };
}

export interface Race {
  readonly title: string;
  /** How many tabs share the session. Default is 1. */
  readonly tabs?: number;
  readonly latency: Latency;
  /** Changes the server before the race. */
  arrange?(server: TestServer): void;
  /** What the page and the user do, and when, in milliseconds from the start. */
  readonly steps: readonly { readonly at: number; does(this: void, stage: Stage): void }[];
  /** When the race is over, in milliseconds from the start. */
  readonly length: number;
  /** How it must end: the outcomes of the requests in the order in which they were made. */
  readonly expected: {
    readonly outcomes: readonly Bar['outcome'][];
    readonly isSignedIn: boolean;
    readonly refreshes: number;
  };
}

const steady = { api: () => 40, refresh: { there: 100, back: 160 } } satisfies Latency;
const slowRefresh = { api: () => 40, refresh: { there: 100, back: 400 } } satisfies Latency;

/** The first responses to five requests, in milliseconds. A replay takes 300. */
const firstResponses = [40, 60, 80, 480, 500];

/** In each race, ada is signed in and her access token has just expired. */
export const races = {
  concurrent: {
    title: 'Five concurrent 401s',
    latency: {
      api: (search, count) => (count > 0 ? 300 : (firstResponses[Number(search.slice(3)) - 1] ?? 40)),
      refresh: { there: 100, back: 160 },
    },
    arrange: (server) => {
      // Many servers accept only the newest access token.
      server.intercept('refresh', (_request, next) => {
        server.expireAccessTokens();
        return next();
      });
    },
    steps: [
      {
        at: 0,
        does: ({ get }) => {
          for (const n of [1, 2, 3, 4, 5]) get(`request ${n}`, `/api/me?n=${n}`, 'ada');
        },
      },
    ],
    length: 1_200,
    expected: {
      outcomes: ['answered', 'answered', 'answered', 'answered', 'answered'],
      isSignedIn: true,
      refreshes: 1,
    },
  },
  logout: {
    title: 'A sign-out during a refresh',
    latency: slowRefresh,
    steps: [
      { at: 0, does: ({ get }) => get('request 1', '/api/me?n=1', 'ada') },
      { at: 250, does: ({ signOut }) => signOut() },
      { at: 700, does: ({ get }) => get('request 2', '/api/me?n=2', null) },
    ],
    length: 900,
    expected: { outcomes: ['refused', 'refused'], isSignedIn: false, refreshes: 1 },
  },
  unavailable: {
    title: 'A 503 from the refresh endpoint',
    latency: steady,
    arrange: (server) => {
      server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 2 });
    },
    steps: [
      {
        at: 0,
        does: ({ get }) => {
          for (const n of [1, 2, 3]) get(`request ${n}`, `/api/me?n=${n}`, 'ada');
        },
      },
    ],
    length: 2_000,
    expected: { outcomes: ['answered', 'answered', 'answered'], isSignedIn: true, refreshes: 3 },
  },
  tabs: {
    title: 'Two tabs and a rotating refresh token',
    tabs: 2,
    latency: steady,
    steps: [
      { at: 0, does: ({ get }) => get('tab 1', '/api/me?n=1', 'ada', 0) },
      { at: 20, does: ({ get }) => get('tab 2', '/api/me?n=2', 'ada', 1) },
      { at: 600, does: ({ get }) => get('tab 1, later', '/api/me?n=3', 'ada', 0) },
    ],
    length: 1_000,
    expected: { outcomes: ['answered', 'answered', 'answered'], isSignedIn: true, refreshes: 1 },
  },
  identity: {
    title: 'A request of another user',
    latency: slowRefresh,
    steps: [
      { at: 0, does: ({ get }) => get("ada's request", '/api/me?n=1', 'ada') },
      { at: 200, does: ({ signOut }) => signOut() },
      { at: 240, does: ({ signIn }) => signIn('grace') },
      { at: 700, does: ({ get }) => get("grace's request", '/api/me?n=2', 'grace') },
    ],
    length: 900,
    expected: { outcomes: ['refused', 'answered'], isSignedIn: true, refreshes: 1 },
  },
} as const satisfies Record<string, Race>;

export type RaceName = keyof typeof races;
