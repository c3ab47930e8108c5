import { createEnd } from '../../platform/abort.ts';
import { systemClock } from '../../platform/clock.ts';
import { createServerCalls } from '../../server/calls.ts';
import type { ServerContract, Verdict } from '../../server/contract.ts';
import { isLoginChallenge } from '../../server/loginChallenge.ts';
import { mayRefuse, findVerdict, isSuccess } from '../../server/verdict.ts';
import { withHeaders } from '../../server/headers.ts';
import { readOptions } from '../../session/settings.ts';
import { ProbeStoppedError } from '../stopped.ts';
import { withDocument, type Cookies } from './cookieJar.ts';
import { openBrowser, type Exchange, type Network } from './exchange.ts';
import type { Held } from './held.ts';
import { withOwnErrors } from './ownErrors.ts';

/** What a call of the contract or a request of the API came to. */
export interface Outcome {
  /** What the browser holds now, or `null` if the server refused. */
  readonly held: Held | null;
  /** What the session concludes from the response. */
  readonly verdict: Verdict;
  readonly status: number | null;
  /** Why the call failed, in words, if the set-up seems wrong. */
  readonly explanation: string | null;
  readonly error: unknown;
  readonly exchanges: readonly Exchange[];
}

export interface ClientOptions extends Network {
  readonly contract: ServerContract;
  readonly baseUrl: string;
  /** The longest `Retry-After` to obey, in milliseconds. */
  readonly maxWait: number;
}

export type Client = ReturnType<typeof createClient>;

const nothing = { held: null, verdict: 'none', status: null, explanation: null, error: null } as const;

/** Makes the calls of a session, each in a browser that holds what it is given. */
export function createClient(options: ClientOptions) {
  const { contract, baseUrl, now } = options;

  /** The contract's calls as a session makes them. */
  function open(cookies: Cookies) {
    const browser = openBrowser(options, cookies);
    const settings = readOptions({
      baseUrl,
      server: withReadableCookies(withOwnErrors(contract), browser),
      environment: { clock: { ...systemClock, now } },
    });
    const calls = createServerCalls<unknown, unknown>({
      settings,
      fetch: browser.fetch,
      observation: { observer: null },
      disposal: createEnd().signal,
      currentId: () => null,
    });
    return { browser, calls, settings };
  }

  const limited = createLimit(options);
  const all: Exchange[] = [];

  /** Runs a call in a new browser. A call without a response says nothing about the server, so the probe stops. */
  const run = (cookies: Cookies, call: (opened: ReturnType<typeof open>) => Promise<Outcome>) =>
    limited(async () => {
      const opened = open(cookies);
      const outcome = await call(opened);
      const silence = opened.browser.silence();
      const isFirst = all.length === 0;
      all.push(...opened.browser.exchanges);
      if (silence === null) return outcome;
      throw new ProbeStoppedError(
        `${silence}${isFirst ? ': check that `--base-url` leads to the server' : ''}.`,
      );
    });

  return {
    /** All requests so far that got a response. */
    exchanges: (): readonly Exchange[] => all,

    signIn: (credentials: unknown): Promise<Outcome> =>
      run([], async ({ browser, calls }) => {
        const call = calls.login({ credentials, challenge: null }, createEnd().signal, null);
        const { exchanges } = browser;
        try {
          const grant = await call.result;
          if (isLoginChallenge(grant))
            throw new ProbeStoppedError('The server asks for a second step. Use a test user without one.');
          return { ...nothing, exchanges, ...granted(grant, null, browser.cookies(), now()) };
        } catch (error) {
          if (error instanceof ProbeStoppedError) throw error;
          const { verdict, status, explanation = null } = call.judge(error);
          return { ...nothing, exchanges, error, verdict, status, explanation };
        }
      }),

    refresh: (held: Held): Promise<Outcome> =>
      run(held.cookies, async ({ browser, calls }) => {
        const call = calls.refresh({ ...held, ...stamp }, createEnd().signal);
        const { exchanges } = browser;
        try {
          const grant = await call.result;
          return { ...nothing, exchanges, ...granted(grant, held, browser.cookies(), now()) };
        } catch (error) {
          const { verdict, status, explanation = null } = call.judge(error);
          return { ...nothing, exchanges, error, verdict, status, explanation };
        }
      }),

    signOut: (held: Held): Promise<Outcome> =>
      run(held.cookies, async ({ browser, calls }) => {
        const failure = await calls.logout({ ...held, ...stamp });
        const { exchanges } = browser;
        if (failure === null) return { ...nothing, held: { ...held, cookies: browser.cookies() }, exchanges };
        return { ...nothing, exchanges, ...failure, explanation: failure.explanation ?? null };
      }),

    /** Requests a path of the API as `session.fetch` does, but without a refresh. */
    get: (path: string, held: Held | null): Promise<Outcome> =>
      run(held?.cookies ?? [], async ({ browser, settings }) => {
        const request = await prepare(settings.server, new URL(path, settings.baseUrl).href, held);
        const { exchanges } = browser;
        const response = await browser.fetch(request).catch(() => null);
        if (response === null) return { ...nothing, exchanges };
        const { status, headers } = response;
        const isExamined = !isSuccess(status) || mayRefuse(contract, response);
        const answer = { status, headers, body: exchanges.at(-1)?.body };
        const { verdict } = isExamined ? findVerdict(contract, answer) : nothing;
        return { ...nothing, held, status, verdict, exchanges };
      }),
  };
}

const stamp = { sessionId: 'probe', generation: 1 };

function granted(
  grant: Pick<Held, 'accessToken' | 'lifetime'> & { refreshToken: string | null | undefined } & {
    refreshTokenName?: string | undefined;
    user: unknown;
    secrets?: Held['secrets'];
  },
  before: Held | null,
  cookies: Cookies,
  since: number,
): { readonly held: Held } {
  const { accessToken, lifetime, refreshToken = before?.refreshToken ?? null } = grant;
  const refreshTokenName = grant.refreshTokenName ?? before?.refreshTokenName;
  const { user = before?.user ?? null, secrets = before?.secrets } = grant;
  return { held: { accessToken, lifetime, refreshToken, refreshTokenName, user, secrets, cookies, since } };
}

/** Puts the token and the contract's headers on a request. */
async function prepare(server: ServerContract, url: string, held: Held | null): Promise<Request> {
  const { signal } = new AbortController();
  const request = new Request(url, { redirect: 'manual' });
  const headers = withHeaders(server, request.headers);
  const plain = new Request(request, { headers });
  const accessToken = held?.accessToken ?? null;
  if (accessToken === null) return (await server.cookies?.prepare(plain, signal)) ?? plain;
  if (server.authorize === undefined) plain.headers.set('authorization', `Bearer ${accessToken}`);
  else await server.authorize(plain, accessToken, held?.secrets);
  return plain;
}

/** Lets the contract read the cookies that a script of the page could read. */
function withReadableCookies(
  contract: ServerContract,
  browser: { readonly cookies: () => Cookies },
): ServerContract {
  const { cookies } = contract;
  if (cookies === undefined) return contract;
  return {
    ...contract,
    cookies: {
      createCallOrder: () => cookies.createCallOrder(),
      prepare: (request, signal) => withDocument(browser.cookies(), () => cookies.prepare(request, signal)),
    },
  };
}

/** Repeats a call that the server refused with 429, after its `Retry-After` (RFC 6585, section 4). */
function createLimit({ wait, maxWait }: ClientOptions) {
  const mostRepeats = 3;
  return async (call: () => Promise<Outcome>): Promise<Outcome> => {
    for (let repeats = 0; ; repeats += 1) {
      const outcome = await call();
      const last = outcome.exchanges.at(-1);
      if (last?.status !== 429) return outcome;
      const pause = retryAfterOf(last);
      if (pause === null || pause > maxWait || repeats === mostRepeats) throw limitedError(pause);
      await wait(pause);
    }
  };
}

function limitedError(pause: number | null): ProbeStoppedError {
  const asked = pause === null ? '' : ` and asks to wait for ${Math.ceil(pause / 1000)} s`;
  return new ProbeStoppedError(
    `The server limits the rate of requests${asked}. Run the probe later, or with a longer \`--max-wait\`.`,
  );
}

function retryAfterOf({ headers, answeredAt }: Exchange): number | null {
  const value = headers.get('retry-after') ?? '';
  const pause = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - answeredAt;
  return Number.isNaN(pause) ? null : Math.max(0, pause);
}
