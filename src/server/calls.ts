import ky, { type KyInstance } from 'ky';
import { SessionDisposedError } from '../errors/errors.ts';
import { isMalformedGrantError } from '../errors/guards.ts';
import { anySignal, createEnd, followSignals, untilAborted, type EndSignal } from '../platform/abort.ts';
import { startTimeout } from '../platform/timeout.ts';
import { isAnswerFromElsewhere } from '../platform/redirects.ts';
import { isRequest } from '../platform/toRequest.ts';
import type { ObserverSlot, RequestPurpose } from './requestObserver.ts';
import type { Settings } from '../session/settings.ts';
import { pageOf, readAnswer, type Answer } from './answer.ts';
import type { CallOrder, ContractCall, Grant, SessionCall } from './contract.ts';
import { readGrant, type CheckedGrant } from './grant.ts';
import { VerdictError } from './verdict.ts';

/** The contract did not settle in time. */
export class ServerCallTimeoutError extends Error {
  override readonly name = 'ServerCallTimeoutError';

  constructor(timeout: number) {
    super(`The server did not answer within ${timeout} ms`);
  }
}

/** A call of `login` or `refresh`. */
export interface GrantCall<User> {
  /** The time of the call, in milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly result: Promise<CheckedGrant<User>>;
  /** The last response of `http`, or `null`. */
  answer(): Answer | null;
}

/** The part of a session that `refresh` and `logout` need. */
type SessionTokens<User> = Omit<SessionCall<User>, keyof ContractCall> & { readonly sessionId: string };

/** The calls of a contract. None of them is sent after `dispose()`. */
export interface ServerCalls<User, Login> {
  /**
   * @param stop - aborted when the login is superseded
   * @param caller - the signal of the caller of `login()`
   */
  login(this: void, credentials: Login, stop: EndSignal, caller: EndSignal | null): GrantCall<User>;
  /** @param stop - aborted when the session has ended */
  refresh(this: void, session: SessionTokens<User>, stop: EndSignal): GrantCall<User>;
  /**
   * Revokes the tokens of an ended session, if the contract can. Resolves when the server has been told, or has not
   * responded within `refresh.timeout`.
   */
  logout(this: void, session: SessionTokens<User>): Promise<void>;
}

export interface ServerCallsOptions<User, Login> {
  readonly settings: Settings<User, Login>;
  readonly fetch: typeof fetch;
  readonly observation: ObserverSlot;
  readonly disposal: EndSignal;
  /** The id of the current session, or `null`. */
  readonly currentId: () => string | null;
}

interface CallOptions {
  readonly purpose: RequestPurpose;
  /** What aborts the call. */
  readonly signals: readonly EndSignal[];
  /** Milliseconds. */
  readonly timeout: number | false;
  readonly note?: (answer: Answer) => void;
}

export function createServerCalls<User, Login>(
  options: ServerCallsOptions<User, Login>,
): ServerCalls<User, Login> {
  const { settings, disposal, currentId } = options;
  const { server, login, refresh, environment } = settings;
  const { clock } = environment;
  const inOrder: CallOrder = server.cookies?.createCallOrder() ?? ((run) => run());

  /** Calls a function of the contract, with an `http` that records the server's responses. */
  async function call<Result>(
    run: (call: ContractCall) => Promise<Result> | undefined,
    { purpose, signals, timeout, note }: CallOptions,
  ): Promise<Result | undefined> {
    const { signal, abort, release } = followSignals(signals);
    const http = createClient(options, { purpose, signal, note });
    const giveUp = () => abort(new ServerCallTimeoutError(Number(timeout)));
    const cancel =
      timeout === false ? null : startTimeout(clock, { limit: timeout, isAwaited: true }, giveUp);
    try {
      const called = signal.aborted
        ? new Promise<never>(() => undefined)
        : inOrder(async () => run({ http, signal }), signal);
      return await untilAborted(called, signal);
    } finally {
      cancel?.();
      release();
    }
  }

  function callForGrant(
    run: (call: ContractCall) => Promise<Grant<User>> | undefined,
    callOptions: CallOptions,
  ): GrantCall<User> {
    const issuedAt = clock.now();
    let answer: Answer | null = null;
    const note = (next: Answer) => {
      answer = next;
    };
    const readResult = async () => {
      try {
        const grant = await call(run, { ...callOptions, note });
        throwRefusal(answer);
        return readGrant(grant, { server, issuedAt, serverTime: answer?.date });
      } catch (error) {
        if (isMalformedGrantError(error)) throwRefusal(answer);
        throw error;
      }
    };
    return { issuedAt, result: readResult(), answer: () => answer };
  }

  /**
   * Returns the signal that aborts a call which may return a grant. If the contract has a `logout` to revoke it, a late grant
   * is awaited; but the cookies of a late response would replace those of the next session.
   */
  const endOfGrant = (stop: EndSignal): EndSignal =>
    server.logout === undefined || server.cookies !== undefined ? stop : createEnd().signal;

  return {
    login(credentials, stop, caller) {
      const signals = [disposal, endOfGrant(stop), ...(caller === null ? [] : [caller])];
      const run = (given: ContractCall) => server.login?.({ credentials, ...given });
      return callForGrant(run, { purpose: 'login', signals, timeout: login.timeout });
    },
    refresh({ refreshToken, accessToken, user }, stop) {
      const run = (given: ContractCall) => server.refresh?.({ refreshToken, accessToken, user, ...given });
      const { timeout } = refresh;
      return callForGrant(run, { purpose: 'refresh', signals: [endOfGrant(stop)], timeout });
    },
    async logout({ sessionId, refreshToken, accessToken, user }) {
      if (server.logout === undefined) return;
      // The cookies belong to another session by then.
      if (server.cookies !== undefined && ![null, sessionId].includes(currentId())) return;
      const run = (given: ContractCall) => server.logout?.({ refreshToken, accessToken, user, ...given });
      const { timeout } = refresh;
      await call(run, { purpose: 'logout', signals: [disposal], timeout }).catch(() => undefined);
    },
  };
}

/** A server may refuse with status 200, as GraphQL does. The contract may return that as if it were a grant. */
function throwRefusal(answer: Answer | null): void {
  if (answer === null || answer.status < 200 || answer.status >= 300) return;
  if (answer.verdict !== 'none') throw new VerdictError(answer.verdict, answer.code);
}

interface ClientOptions {
  readonly purpose: RequestPurpose;
  readonly signal: AbortSignal;
  readonly note: ((answer: Answer) => void) | undefined;
}

/** ky without the session's hooks and without retries, so that a refresh never waits for itself. */
function createClient<User, Login>(
  { settings, observation, fetch, disposal }: ServerCallsOptions<User, Login>,
  { purpose, signal, note }: ClientOptions,
): KyInstance {
  const { server, origins, baseUrl, refresh, environment } = settings;
  const { clock } = environment;
  const { maxRetryAfter } = refresh;

  const send = async (request: Request, init: RequestInit, ends: AbortSignal): Promise<Response> => {
    const cookies = origins.has(new URL(request.url).origin) ? server.cookies : undefined;
    const prepared = (await cookies?.prepare(request, ends)) ?? request;
    // A contract may keep `http` and use it later.
    if (disposal.aborted) throw new SessionDisposedError();
    return fetch(prepared, { ...init, signal: ends });
  };

  return ky.create({
    baseUrl,
    fetch: async (input, init) => {
      const request = isRequest(input) ? input : new Request(input, init);
      // The contract may have passed its own signal.
      const ends = anySignal([signal, request.signal]);
      const { observer } = observation;
      const sendNow = () => send(request, withRedirect(request, init), ends);
      return observer === null
        ? sendNow()
        : observer.exchange({ purpose, attempts: 1, address: request }, ends, sendNow);
    },
    signal,
    retry: 0,
    // A 307 or 308 would send the refresh token or the password to another address.
    redirect: 'manual',
    timeout: false,
    hooks: {
      afterResponse: [
        async ({ response, request }) => {
          const { origin } = new URL(request.url);
          const answer = isAnswerFromElsewhere(response, (found) => found === origin)
            ? pageOf(response.status)
            : await readAnswer(response, { server, clock, maxRetryAfter });
          note?.(answer);
          if (answer.body !== 'page') return;
          throw new VerdictError(response.status === 429 ? 'rateLimited' : 'unavailable');
        },
      ],
    },
  });
}

/** React Native's `Request` has no `redirect`; Expo's `fetch` reads it from its second argument. */
function withRedirect(request: Request, init: RequestInit = {}): RequestInit {
  return 'redirect' in request ? init : { ...init, redirect: 'manual' };
}
