import type { ContractCall, Grant, ServerContract, SessionCall } from './contract.ts';
import { endpoint, type Endpoint } from './endpoint.ts';

/** The endpoints of a contract. */
export interface Endpoints<User, Credentials> {
  /** Sends the credentials. */
  login?: string | Endpoint<ContractCall & { credentials: Credentials }> | undefined;
  refresh?: string | Endpoint<SessionCall<User>> | undefined;
  logout?: string | Endpoint<SessionCall<User>> | undefined;
}

/** What the endpoints of a contract send and return. */
export interface Speech<User> {
  /** The default body of refresh and logout. */
  readonly body: (call: SessionCall<User>) => unknown;
  /** Reads the grant from a response to login or refresh. */
  readonly read: (response: Response) => Promise<Grant<User>>;
}

/** The functions of a contract that call these endpoints. */
export function callEndpoints<User, Credentials>(
  { login, refresh, logout }: Endpoints<User, Credentials>,
  { body, read }: Speech<User>,
): Pick<ServerContract<User, Credentials>, 'login' | 'refresh' | 'logout'> {
  const calls: Pick<ServerContract<User, Credentials>, 'login' | 'refresh' | 'logout'> = {};
  if (login !== undefined) {
    const send = endpoint('login', login, ({ credentials }) => credentials);
    calls.login = async (call) => read(await send(call));
  }
  if (refresh !== undefined) {
    const send = endpoint('refresh', refresh, body);
    calls.refresh = async (call) => read(await send(call));
  }
  if (logout !== undefined) {
    const send = endpoint('logout', logout, body);
    calls.logout = async (call) => {
      await send(call);
    };
  }
  return calls;
}
