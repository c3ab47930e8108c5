import { createEnd, type EndSignal } from '../platform/abort.ts';
import type { ContractCall, SessionCall } from './contract.ts';
import { createContractCaller, type GrantCall } from './contractCaller.ts';
import type { ContractClientOptions } from './contractClient.ts';

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
