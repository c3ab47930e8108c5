import { isMalformedGrantError } from '../errors/guards.ts';
import { createEnd, followSignals, untilAborted, type EndSignal } from '../platform/abort.ts';
import { startTimeout } from '../platform/timeout.ts';
import type { Answer } from './answer.ts';
import type { CallOrder, ContractCall, Grant, SessionCall } from './contract.ts';
import { createContractClient, type ContractClientOptions } from './contractClient.ts';
import { readGrant, type CheckedGrant } from './grant.ts';
import type { RequestPurpose } from './requestObserver.ts';
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

export interface ServerCallsOptions<User, Login> extends ContractClientOptions<User, Login> {
  /** The id of the current session, or `null`. */
  readonly currentId: () => string | null;
}

export function createServerCalls<User, Login>(
  options: ServerCallsOptions<User, Login>,
): ServerCalls<User, Login> {
  const { settings, disposal, currentId } = options;
  const { server, login, refresh } = settings;
  const { call, callForGrant } = createContractCaller(options);

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

interface CallOptions {
  readonly purpose: RequestPurpose;
  /** What aborts the call. */
  readonly signals: readonly EndSignal[];
  /** Milliseconds. */
  readonly timeout: number | false;
  readonly note?: (answer: Answer) => void;
}

/** Calls functions of the contract. */
interface ContractCaller<User> {
  /** Calls a function of the contract, with an `http` that records the server's responses. */
  call<Result>(
    this: void,
    run: (call: ContractCall) => Promise<Result> | undefined,
    options: CallOptions,
  ): Promise<Result | undefined>;
  /** Calls a function that returns a grant, and checks the grant. */
  callForGrant(
    this: void,
    run: (call: ContractCall) => Promise<Grant<User>> | undefined,
    options: CallOptions,
  ): GrantCall<User>;
}

function createContractCaller<User, Login>(
  options: ContractClientOptions<User, Login>,
): ContractCaller<User> {
  const { server, environment } = options.settings;
  const { clock } = environment;
  const inOrder: CallOrder = server.cookies?.createCallOrder() ?? ((run) => run());

  async function call<Result>(
    run: (call: ContractCall) => Promise<Result> | undefined,
    { purpose, signals, timeout, note }: CallOptions,
  ): Promise<Result | undefined> {
    const { signal, abort, release } = followSignals(signals);
    const http = createContractClient(options, { purpose, signal, note });
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

  return { call, callForGrant };
}

/** A server may refuse with status 200, as GraphQL does. The contract may return that as if it were a grant. */
function throwRefusal(answer: Answer | null): void {
  if (answer === null || answer.status < 200 || answer.status >= 300) return;
  if (answer.verdict !== 'none') throw new VerdictError(answer.verdict, answer.code);
}
