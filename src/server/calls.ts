import { MalformedGrantError } from '../errors/errors.ts';
import { hasCode } from '../errors/hasCode.ts';
import { createEnd, followSignals, throwIfAborted, untilAborted, type EndSignal } from '../platform/abort.ts';
import { startTimeout } from '../platform/timeout.ts';
import type { Stamp } from '../../machines/index.ts';
import type { Answer, LastExchange } from './answer.ts';
import type { CallOrder, ContractCall, Grant, SessionCall } from './contract.ts';
import type { TokenResponse } from './tokenResponse.ts';
import { createContractClient, type ContractClientOptions } from './contractClient.ts';
import { readGrant, type CheckedGrant } from './grant.ts';
import { addressOf, secretsOf, type CallSecrets } from './explainCall.ts';
import { judgeFailure, type CallFailure } from './judgeFailure.ts';
import { judgeLogin, type LoginFailure, type LoginStep } from './judgeLogin.ts';
import { isLoginChallenge, type LoginChallenge } from './loginChallenge.ts';
import type { RequestPurpose } from './requestObserver.ts';
import { usesCookies } from './usesCookies.ts';
import { isSuccess, VerdictError } from './verdict.ts';

/** The contract did not settle in time. */
export class ServerCallTimeoutError extends Error {
  override readonly name = 'ServerCallTimeoutError';

  /** Milliseconds. */
  readonly timeout: number;

  constructor(timeout: number) {
    super(`The server did not respond within ${timeout} ms`);
    this.timeout = timeout;
  }
}

/** A call of `login` or `refresh`. */
export interface GrantCall<User, Failure, Challenge = never> {
  /** The time of the call, in milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly result: Promise<CheckedGrant<User> | Challenge>;
  /** Determines why the call failed with this error. */
  judge(this: void, error: unknown): Failure;
}

/** The part of a session that `refresh` and `logout` need. */
type SessionTokens<User> = Omit<SessionCall<User>, keyof ContractCall> & Stamp;

/** The calls of a contract. None of them is sent after `dispose()`. */
export interface ServerCalls<User, Login> {
  /**
   * @param stop - aborted when the login is superseded
   * @param caller - the signal of the caller of `login()`
   */
  login(
    this: void,
    step: LoginStep<Login>,
    stop: EndSignal,
    caller: EndSignal | null,
  ): GrantCall<User, LoginFailure, LoginChallenge>;
  /** @param stop - aborted when the session has ended */
  refresh(this: void, session: SessionTokens<User>, stop: EndSignal): GrantCall<User, CallFailure>;
  /** Returns the call that refreshes these very tokens and is in flight, or `null`. */
  refreshInFlight(this: void, session: SessionTokens<User>): GrantCall<User, CallFailure> | null;
  /**
   * Revokes the tokens of an ended session, if the contract can.
   *
   * @returns why the server could not be told within `refresh.timeout`, or `null` if it was told or there is nothing to tell
   */
  logout(this: void, session: SessionTokens<User>): Promise<CallFailure | null>;
}

export interface ServerCallsOptions<User, Login> extends ContractClientOptions<User, Login> {
  /** The id of the current session, or `null`. */
  readonly currentId: () => string | null;
}

export function createServerCalls<User, Login>(
  options: ServerCallsOptions<User, Login>,
): ServerCalls<User, Login> {
  const { settings, disposal } = options;
  const { server, login, refresh } = settings;
  const call = createCaller(options);
  const callForGrant = createGrantCaller(options, call);
  const inFlight = createInFlight<User>();

  /**
   * Returns the signal that aborts a call which may return a grant. If the contract has a `logout` to revoke it, a late grant
   * is awaited; but the cookies of a late response would replace those of the next session.
   */
  const endOfGrant = (stop: EndSignal): EndSignal =>
    server.logout === undefined || usesCookies(server) ? stop : createEnd().signal;

  return {
    login(step, stop, caller) {
      const signals = [disposal, endOfGrant(stop), ...(caller === null ? [] : [caller])];
      const run = (given: ContractCall) => server.login?.({ ...step, ...given });
      const { last, ...called } = callForGrant(
        run,
        {
          purpose: 'login',
          signals,
          timeout: login.timeout,
          isSecret: secretsOf(step.credentials, step.challenge),
        },
        isLoginChallenge,
      );
      return { ...called, judge: (error) => judgeLogin(error, last, step, settings) };
    },
    refresh({ sessionId, generation, refreshToken, refreshTokenName, accessToken, user, secrets }, stop) {
      const run = (given: ContractCall) =>
        server.refresh?.({ refreshToken, refreshTokenName, accessToken, user, secrets, ...given });
      const { timeout } = refresh;
      const isSecret = secretsOf(refreshToken, accessToken, secrets);
      const lacksToken = refreshToken === null && !usesCookies(server);
      const { last, ...called } = callForGrant<never>(run, {
        purpose: 'refresh',
        signals: [endOfGrant(stop)],
        timeout,
      });
      const judge = (error: unknown) => judgeFailure(error, last, settings, { isSecret, lacksToken });
      return inFlight.add({ ...called, judge, sessionId, generation });
    },
    refreshInFlight: inFlight.find,
    logout: createLogoutCall(options, call),
  };
}

/** Remembers the call of `refresh` that is in flight. */
function createInFlight<User>() {
  type Call = Stamp & GrantCall<User, CallFailure>;
  let call: Call | null = null;
  return {
    add(made: Call): Call {
      const settle = () => {
        if (call === made) call = null;
      };
      call = made;
      made.result.then(settle, settle);
      return made;
    },
    find: ({ sessionId, generation }: Stamp): Call | null =>
      call?.sessionId === sessionId && call.generation === generation ? call : null,
  };
}

function createLogoutCall<User, Login>(
  { settings, disposal, currentId }: ServerCallsOptions<User, Login>,
  call: ReturnType<typeof createCaller<User, Login>>,
): ServerCalls<User, Login>['logout'] {
  const { server, refresh } = settings;
  return async ({ sessionId, refreshToken, refreshTokenName, accessToken, user, secrets }) => {
    if (server.logout === undefined) return null;
    // The cookies may belong to another session by then.
    const isOver = () => usesCookies(server) && ![null, sessionId].includes(currentId());
    if (isOver()) return null;
    const run = async (given: ContractCall) => {
      // The contract's function runs after the transition, but before the next call: a login may follow at once.
      await Promise.resolve();
      if (isOver()) return;
      await server.logout?.({ refreshToken, refreshTokenName, accessToken, user, secrets, ...given });
    };
    const last: LastExchange = { request: null, answer: null };
    const { timeout } = refresh;
    try {
      await call(run, { purpose: 'logout', signals: [disposal], timeout }, last);
      return null;
    } catch (error) {
      return judgeFailure(error, last, settings, { isSecret: secretsOf(refreshToken, accessToken, secrets) });
    }
  };
}

interface CallOptions {
  readonly purpose: RequestPurpose;
  /** What aborts the call. */
  readonly signals: readonly EndSignal[];
  /** Milliseconds. */
  readonly timeout: number | false;
}

/** A function of the contract. */
type Run<Result> = (call: ContractCall) => Promise<Result> | undefined;

function createCaller<User, Login>(options: ContractClientOptions<User, Login>) {
  const { server, environment } = options.settings;
  const { clock } = environment;
  const inOrder: CallOrder = server.cookies?.createCallOrder() ?? ((run) => run());

  return async <Result>(
    run: Run<Result>,
    { purpose, signals, timeout }: CallOptions,
    last: LastExchange = { request: null, answer: null },
  ): Promise<Result | undefined> => {
    const { signal, abort, release } = followSignals(signals);
    const http = createContractClient(options, { purpose, signal, last });
    const giveUp = () => abort(new ServerCallTimeoutError(Number(timeout)));
    const cancel =
      timeout === false ? null : startTimeout(clock, { limit: timeout, isAwaited: true }, giveUp);
    try {
      throwIfAborted(signal);
      return await untilAborted(
        inOrder(async () => run({ http, signal }), signal),
        signal,
      );
    } finally {
      cancel?.();
      release();
    }
  };
}

/** Calls a function that returns a grant, and checks the grant. */
function createGrantCaller<User, Login>(
  { settings }: ContractClientOptions<User, Login>,
  call: ReturnType<typeof createCaller<User, Login>>,
) {
  const { server, environment } = settings;

  return <Challenge>(
    run: Run<Grant<User> | TokenResponse<User> | Challenge>,
    callOptions: CallOptions & Partial<CallSecrets>,
    isChallenge: (value: unknown) => value is Challenge = isNever,
  ) => {
    const issuedAt = environment.clock.now();
    const last: LastExchange = { request: null, answer: null };
    const readResult = async () => {
      try {
        const grant = await call(run, callOptions, last);
        if (isChallenge(grant)) return grant;
        throwRefusal(last.answer);
        return readGrant(grant, { server, issuedAt, serverTime: last.answer?.date });
      } catch (error) {
        if (hasCode(error, 'ERR_MALFORMED_GRANT')) throwRefusal(last.answer);
        throw withAddress(error, last, callOptions);
      }
    };
    return { issuedAt, result: readResult(), last };
  };
}

/** Names the call in the error of a login, which your code gets as it is. */
function withAddress(error: unknown, { request }: LastExchange, { isSecret }: Partial<CallSecrets>): unknown {
  if (!(error instanceof MalformedGrantError) || request === null || isSecret === undefined) return error;
  return new MalformedGrantError(error.field, error.expected, error.received, addressOf(request, isSecret));
}

const isNever = (_: unknown): _ is never => false;

/** A server may refuse with status 200, as GraphQL does. The contract may return that as if it were a grant. */
function throwRefusal(answer: Answer | null): void {
  if (answer === null || !isSuccess(answer.status) || answer.verdict === 'none') return;
  throw new VerdictError(answer.verdict, answer.code);
}
