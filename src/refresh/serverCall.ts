import ky, { type KyInstance } from 'ky';
import { judgeAnswer, tokenEndpointCodes, type Judgement } from '../verdict.ts';
import type { ContractCall, ServerContract } from '../contract.ts';
import type { Clock } from '../environment.ts';
import { anySignal, followSignals, untilAborted } from '../abort.ts';
import { isAnswerFromElsewhere } from '../http/redirects.ts';
import { withCookies } from '../http/cookies.ts';
import { isRequest } from '../http/toRequest.ts';
import { readText } from '../http/readJson.ts';
import type { RequestPurpose } from '../http/requests.ts';
import { giveUpAfter } from '../patience.ts';
import type { World } from '../world.ts';
import { readRetryAfter } from './retryAfter.ts';

/** What the server answered to one call of the contract, as far as the session may know it. */
export interface Answer {
  readonly status: number;
  readonly judgement: Judgement;
  readonly retryAfter: number | null;
  /** What the server's clock said, in milliseconds since the epoch; `null` where no script may read it. */
  readonly date: number | null;
}

/** An answer that is not the API's: the page of a proxy or of a captive portal. */
export class ForeignAnswerError extends Error {
  override readonly name = 'ForeignAnswerError';

  readonly status: number;
  /** Milliseconds that it asks to wait, where it came from the API's own address. */
  readonly retryAfter: number | null;

  constructor(status: number, retryAfter: number | null) {
    super(`Expected an answer of the API, got a page (status ${status})`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** No answer within `refresh.timeout`. */
export class ServerCallTimeoutError extends Error {
  override readonly name = 'ServerCallTimeoutError';

  constructor(timeout: number) {
    super(`The server did not answer within ${timeout} ms`);
  }
}

export interface ServerCall<Result> {
  readonly result: Promise<Result>;
  /** The last answer that came over `http`, once it has come. */
  answer(): Answer | null;
}

/**
 * Calls a function of the contract, with an `http` that notes what the server answers. Without `timeout`
 * (in milliseconds) it may take as long as it likes.
 */
export function callServer<User, Login, Result>(
  world: World<User, Login>,
  run: (call: ContractCall) => Promise<Result>,
  {
    purpose,
    signals,
    timeout,
  }: { purpose: RequestPurpose; signals: readonly AbortSignal[]; timeout?: number },
): ServerCall<Result> {
  let answer: Answer | null = null;
  const { signal: ended, abort, release } = followSignals(signals);
  const http = bareClient(world, purpose, ended, (next) => {
    answer = next;
  });
  const { clock } = world.settings.environment;
  const cancel =
    timeout === undefined
      ? () => undefined
      : giveUpAfter(clock, { limit: timeout, isAwaited: true }, () =>
          abort(new ServerCallTimeoutError(timeout)),
        );
  const result = untilAborted(
    ended.aborted
      ? new Promise<never>(() => undefined)
      : world.inOrder(() => run({ http, signal: ended }), ended),
    ended,
  ).finally(() => {
    cancel();
    release();
  });
  return { result, answer: () => answer };
}

/**
 * What ends a call that may grant something. With a `logout` to revoke it by, a grant that comes too late is worth
 * waiting for; but a cookie of a late answer would be set over those of whoever has signed in by then.
 */
export function endOfGrant(
  { logout, cookies }: Pick<ServerContract, 'cookies'> & { readonly logout?: unknown },
  end: AbortSignal,
): AbortSignal {
  return logout === undefined || cookies !== undefined ? end : new AbortController().signal;
}

/** ky without the session's hooks and without retries: a refresh can never wait for itself. */
function bareClient<User, Login>(
  { settings, traffic, fetch }: World<User, Login>,
  purpose: RequestPurpose,
  signal: AbortSignal,
  note: (answer: Answer) => void,
): KyInstance {
  const { server, origins, environment } = settings;
  const { clock } = environment;
  const prepare = async (request: Request, ends: AbortSignal) =>
    server.cookies !== undefined && origins.has(new URL(request.url).origin)
      ? withCookies(request, server.cookies, ends)
      : request;
  return ky.create({
    baseUrl: settings.baseUrl,
    fetch: async (input, init) => {
      const request = isRequest(input) ? input : new Request(input, init);
      // The contract may have given a signal of its own.
      const ends = anySignal([signal, request.signal]);
      return traffic.exchange(traffic.open(purpose, request), request, ends, async () =>
        fetch(await prepare(request, ends), { ...withRedirect(request, init), signal: ends }),
      );
    },
    signal,
    retry: 0,
    // A 307 or 308 would carry the refresh token, or the password, to wherever it points.
    redirect: 'manual',
    timeout: false,
    hooks: {
      afterResponse: [
        async ({ response, request }) => {
          const { status, headers } = response;
          const retryAfter = readRetryAfter(headers, clock.now());
          const { origin } = new URL(request.url);
          if (isAnswerFromElsewhere(response, (found) => found === origin))
            throw new ForeignAnswerError(status, null);
          if (await isPage(response, clock)) throw new ForeignAnswerError(status, retryAfter);
          const judgement = await judgeAnswer(server, response, clock, tokenEndpointCodes);
          note({ status, judgement, retryAfter, date: readDate(headers) });
        },
      ],
    },
  });
}

/** React Native's `Request` knows of no `redirect`; Expo's `fetch` takes it beside the request. */
function withRedirect(request: Request, init: RequestInit | undefined): RequestInit | undefined {
  return 'redirect' in request ? init : { ...init, redirect: 'manual' };
}

/** The `Date` of an answer (RFC 9110, section 6.6.1). */
function readDate(headers: Headers): number | null {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}

/** Whether an answer is HTML, whatever it calls itself: portals answer in the name of others. */
async function isPage(response: Response, clock: Clock): Promise<boolean> {
  const type = response.headers.get('content-type') ?? '';
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type)) return true;
  return startsAsPage.test((await readText(response.clone(), clock)) ?? '');
}

/** A byte order mark, declarations and comments may stand before it. */
const startsAsPage =
  /^\uFEFF?\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
