import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Tab } from '../platform/tab.ts';
import type { Pair, Server, ServerAnswer } from './server.ts';

export const callKinds = ['login', 'refresh', 'logout', 'api'] as const;
export type CallKind = (typeof callKinds)[number];

/** A request on its way, as the network sees it. */
export interface Call {
  readonly id: number;
  readonly tab: Tab;
  readonly kind: CallKind;
  readonly path: string;
  /** The pair whose access token it carries, or whose refresh token is in its body. */
  readonly pair: Pair | null;
  readonly sentAt: number;
  /** The same moment by the clock of its tab. */
  readonly sentAtInTab: number;
  /** What the server has answered so far: more than once if the network has duplicated the request. */
  readonly answers: ServerAnswer[];
  /** What has become of it in its tab. */
  outcome: 'pending' | 'answered' | 'failed' | 'aborted';
}

/** Sees each step of a call. */
export interface NetworkObserver {
  sent(call: Call): void;
  served(call: Call, answer: ServerAnswer): void;
  /** The answer has reached the tab, or `null`: the call has failed there. */
  ended(call: Call, answer: ServerAnswer | null): void;
}

/** What is wrong with the network: how many of the next calls of a kind have this fate. */
export interface NetworkTrouble {
  readonly lost: Record<CallKind, number>;
  readonly dropped: Record<CallKind, number>;
  readonly doubled: Record<CallKind, number>;
  readonly late: Record<CallKind, number>;
  /** On its way to the server for some seconds. */
  readonly stuck: Record<CallKind, number>;
  isDown: boolean;
}

export interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly server: Server;
  readonly observer: NetworkObserver;
  /** The longest usual delay in one direction, in milliseconds. */
  readonly delay: number;
}

export interface Network {
  readonly trouble: NetworkTrouble;
  /** The cookie of the browser, which all tabs share. */
  readonly jar: { cookie: string | null };
  /** Returns the `fetch` of a tab. */
  fetchOf(this: void, tab: Tab): typeof fetch;
}

const none = (): Record<CallKind, number> => ({ login: 0, refresh: 0, logout: 0, api: 0 });

export const noTrouble = (): NetworkTrouble => ({
  lost: none(),
  dropped: none(),
  doubled: none(),
  late: none(),
  stuck: none(),
  isDown: false,
});

export function createNetwork({ scheduler, random, server, observer, delay }: NetworkOptions): Network {
  const trouble = noTrouble();
  const jar: Network['jar'] = { cookie: null };
  let calls = 0;

  function take(fate: Exclude<keyof NetworkTrouble, 'isDown'>, kind: CallKind): boolean {
    if (trouble[fate][kind] === 0) return false;
    trouble[fate][kind] -= 1;
    return true;
  }

  const way = () => 1 + random.below(delay);

  /** Carries a call to the server and the answer back. `fail` and `answer` run in the tab, if it still exists. */
  function carry(call: Call, content: Sent, { answer, fail }: Ends): void {
    const { kind, tab } = call;
    const back = way() + (take('late', kind) ? 2_000 + random.below(28_000) : 0);
    if (trouble.isDown || take('dropped', kind)) {
      tab.post(way(), fail);
      return;
    }
    const serve = () => {
      const found = server.answer({ path: call.path, ...content, cookie: jar.cookie });
      call.answers.push(found);
      observer.served(call, found);
      return found;
    };
    const isDoubled = take('doubled', kind);
    const isLost = take('lost', kind);
    scheduler.after(way() + (take('stuck', kind) ? 500 + random.below(6_000) : 0), () => {
      const found = serve();
      if (isDoubled) scheduler.after(way(), serve);
      scheduler.after(back, () => {
        // The browser keeps a cookie even if the tab that asked for it is gone.
        const isStored = !isLost && call.outcome !== 'aborted';
        if (isStored && found.cookie !== undefined) jar.cookie = found.cookie;
        tab.enter(() => (isLost ? fail() : answer(found)));
      });
    });
  }

  return {
    trouble,
    jar,
    fetchOf: (tab) => async (input, init) => {
      const request = typeof input === 'object' && 'url' in input ? input : null;
      const path = new URL(typeof input === 'string' ? input : 'url' in input ? input.url : input.href)
        .pathname;
      const headers = new Headers(init?.headers ?? request?.headers);
      const content = {
        bearer: headers.get('authorization')?.slice('Bearer '.length) ?? null,
        body: typeof init?.body === 'string' ? init.body : ((await request?.text()) ?? ''),
      };
      const signal = init?.signal ?? request?.signal ?? null;
      if (!tab.effect()) return new Promise(() => undefined);
      if (signal?.aborted === true) throw signal.reason;
      const call: Call = {
        id: (calls += 1),
        tab,
        kind: kindOf(path),
        path,
        pair: pairOf(server, kindOf(path), { ...content, cookie: jar.cookie }),
        sentAt: scheduler.now(),
        sentAtInTab: tab.now(),
        answers: [],
        outcome: 'pending',
      };
      observer.sent(call);
      return new Promise((resolve, reject) => {
        const end = (outcome: Call['outcome'], answer: ServerAnswer | null): boolean => {
          if (call.outcome !== 'pending') return false;
          call.outcome = outcome;
          observer.ended(call, answer);
          return true;
        };
        signal?.addEventListener('abort', () => {
          if (end('aborted', null)) reject(reasonOf(signal));
        });
        carry(call, content, {
          fail() {
            if (end('failed', null)) reject(new TypeError('Failed to fetch'));
          },
          answer(answer) {
            if (end('answered', answer)) resolve(responseOf(answer));
          },
        });
      });
    },
  };
}

interface Sent {
  readonly bearer: string | null;
  readonly body: string;
}

interface Ends {
  answer(this: void, answer: ServerAnswer): void;
  fail(this: void): void;
}

function kindOf(path: string): CallKind {
  if (path === '/auth/login' || path === '/auth/code') return 'login';
  if (path === '/auth/refresh') return 'refresh';
  return path === '/auth/logout' ? 'logout' : 'api';
}

function pairOf(
  server: Server,
  kind: CallKind,
  { bearer, body, cookie }: Sent & { cookie: string | null },
): Pair | null {
  if (bearer !== null) return server.pairOfAccessToken(bearer) ?? null;
  const token = /"refreshToken":"([^"]+)"/.exec(body)?.[1] ?? (kind === 'refresh' ? cookie : null);
  return token == null ? null : (server.pairOfRefreshToken(token) ?? null);
}

function responseOf({ status, body, headers }: ServerAnswer): Response {
  return new Response(status === 204 ? null : body, { status, headers });
}

/** The caller's reason may be any value. */
const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
