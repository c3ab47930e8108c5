import ky, { type KyInstance } from 'ky';
import { isMalformedGrantError } from '../errors/guards.ts';
import { VerdictError } from './verdict.ts';
import type { ContractCall, ServerContract } from './contract.ts';
import { SessionDisposedError } from '../errors/errors.ts';
import { anySignal, createEnd, followSignals, untilAborted, type EndSignal } from '../platform/abort.ts';
import { isAnswerFromElsewhere } from '../platform/redirects.ts';
import { isRequest } from '../platform/toRequest.ts';
import type { RequestPurpose } from '../requests/requests.ts';
import { giveUpAfter } from '../platform/patience.ts';
import type { World } from '../session/world.ts';
import { pageOf, readAnswer, type Answer } from './answer.ts';

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
  { purpose, signals, timeout }: { purpose: RequestPurpose; signals: readonly EndSignal[]; timeout?: number },
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
  )
    .then(
      (given) => {
        refuseVerdict(answer);
        return given;
      },
      (error: unknown) => {
        if (isMalformedGrantError(error)) refuseVerdict(answer);
        throw error;
      },
    )
    .finally(() => {
      cancel();
      release();
    });
  return { result, answer: () => answer };
}

/** A server may say no with status 200, as GraphQL does. What the contract makes of it is no grant, or looks like one. */
function refuseVerdict(answer: Answer | null): void {
  if (answer === null || answer.status < 200 || answer.status >= 300) return;
  if (answer.verdict !== 'none') throw new VerdictError(answer.verdict, answer.code);
}

/**
 * What ends a call that may grant something. With a `logout` to revoke it by, a grant that comes too late is worth
 * waiting for; but a cookie of a late answer would be set over those of whoever has signed in by then.
 */
export function endOfGrant(
  { logout, cookies }: Pick<ServerContract, 'cookies'> & { readonly logout?: unknown },
  end: EndSignal,
): EndSignal {
  return logout === undefined || cookies !== undefined ? end : createEnd().signal;
}

/** ky without the session's hooks and without retries: a refresh can never wait for itself. */
function bareClient<User, Login>(
  { settings, traffic, fetch, disposal }: World<User, Login>,
  purpose: RequestPurpose,
  signal: AbortSignal,
  note: (answer: Answer) => void,
): KyInstance {
  const { server, origins, refresh, environment } = settings;
  const { clock } = environment;
  const prepare = async (request: Request, ends: AbortSignal) =>
    server.cookies !== undefined && origins.has(new URL(request.url).origin)
      ? server.cookies.prepare(request, ends)
      : request;
  const sendUnlessClosed: typeof fetch = (input, init) => {
    // A contract may keep `http` for later, and take its time with a call: the refresh token goes nowhere after `dispose()`.
    if (disposal.aborted) throw new SessionDisposedError();
    return fetch(input, init);
  };
  return ky.create({
    baseUrl: settings.baseUrl,
    fetch: async (input, init) => {
      const request = isRequest(input) ? input : new Request(input, init);
      // The contract may have given a signal of its own.
      const ends = anySignal([signal, request.signal]);
      return traffic.exchange(traffic.open(purpose, request), request, ends, async () =>
        sendUnlessClosed(await prepare(request, ends), { ...withRedirect(request, init), signal: ends }),
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
          const { origin } = new URL(request.url);
          const answer = isAnswerFromElsewhere(response, (found) => found === origin)
            ? pageOf(response.status)
            : await readAnswer(response, { server, clock, maxRetryAfter: refresh.maxRetryAfter });
          note(answer);
          if (answer.body === 'page') {
            throw new VerdictError(response.status === 429 ? 'rateLimited' : 'unavailable');
          }
        },
      ],
    },
  });
}

/** React Native's `Request` knows of no `redirect`; Expo's `fetch` takes it beside the request. */
function withRedirect(request: Request, init: RequestInit | undefined): RequestInit | undefined {
  return 'redirect' in request ? init : { ...init, redirect: 'manual' };
}
