import { object } from '../errors/checks.ts';
import { MalformedGrantError } from '../errors/errors.ts';
import { boundCopy } from '../platform/boundCopy.ts';
import type {
  ContractCall,
  ErrorCodeReader,
  Grant,
  LoginCall,
  ServerContract,
  SessionCall,
} from '../server/contract.ts';
import { contractNames } from '../server/contractNames.ts';
import { loginChallenge } from '../server/loginChallenge.ts';
import { VerdictError } from '../server/verdict.ts';
import type { Connection } from './connection.ts';
import {
  repeatHeader,
  unknownHandle,
  type CallAnswer,
  type Messages,
  type SessionHandles,
} from './protocol.ts';

/**
 * The contract of the worker, as the page needs it. Of `login`, `refresh` and `logout`, only whether there is one counts. A
 * page that does not load the contract itself passes `true`.
 */
export interface VaultServer<User, Credentials> extends Omit<
  ServerContract<User, Credentials>,
  'login' | 'refresh' | 'logout'
> {
  login?: ServerContract<User, Credentials>['login'] | true;
  refresh?: ServerContract<User, Credentials>['refresh'] | true;
  logout?: ServerContract<User, Credentials>['logout'] | true;
}

type CallName = 'login' | 'refresh' | 'logout';

/** Makes a call of the contract in the worker. */
export type CallWorker<User> = <Name extends CallName>(
  name: Name,
  message: Messages<User>[Name],
  given: ContractCall,
) => Promise<CallAnswer<User>>;

/** A call on its way from the contract to `fetch`, in the `init` of a request: ky passes on the members that it does not know. */
export interface WorkerCall<User> {
  workerCall?: PendingCall<User>;
}

interface PendingCall<User> {
  /** Makes the call in the worker. */
  readonly send: (signal: AbortSignal | null) => Promise<CallAnswer<User>>;
  answer?: CallAnswer<User>;
}

/**
 * Calls go through `http`, as those of any contract do, so that the session and the devtools see a request and a response for
 * each call. The `fetch` of the vault then makes the call in the worker.
 */
export function createWorkerCalls<User>({ call, ready }: Connection<User>): CallWorker<User> {
  return async (name, message, { http, signal }) => {
    const { endpoints } = await ready();
    const workerCall: PendingCall<User> = { send: (ends) => call(name, message, ends) };
    const init = { signal, workerCall };
    try {
      const grant = await http.post(endpoints[name] ?? name, init).json<Grant<User>>();
      // Without an answer of the worker, the devtools have answered in its place.
      return workerCall.answer ?? { response: null, grant };
    } catch (error) {
      if (workerCall.answer === undefined) throw error;
      return workerCall.answer;
    }
  };
}

/** Makes a call of the contract, and says what became of it as a response. */
export async function responseOfCall<User>(
  call: PendingCall<User>,
  signal: AbortSignal | null,
): Promise<Response> {
  const answer = await call.send(signal);
  const { response, grant, failure } = answer;
  // The server could not be reached: this must look like it.
  if (response === null) throw new TypeError('Failed to fetch');
  call.answer = answer;
  return Response.json(grant ?? { details: failure?.details }, response);
}

/** Creates the contract of the page. */
export function createVaultContract<User, Credentials>(
  server: VaultServer<User, Credentials>,
  callWorker: CallWorker<User>,
): ServerContract<User, Credentials> {
  const { authorize: _, login, refresh, logout: __, errorCode, ...rest } = boundCopy(server, contractNames);

  return {
    ...rest,
    ...(login !== undefined && {
      async login({ credentials, challenge, ...given }: LoginCall<Credentials>) {
        const answer = await callWorker('login', { credentials, challenge }, given);
        const next = answer.challenge;
        return next === undefined ? grantIn(answer) : loginChallenge(next.info, next.ticket);
      },
    }),
    ...(refresh !== undefined && {
      refresh: async (session: SessionCall<User>) =>
        grantIn(await callWorker('refresh', handlesOf(session), session)),
    }),
    // A contract without a `logout` must forget its tokens too.
    logout: async (session) => grantIn(await callWorker('logout', handlesOf(session), session)),
    // The worker has called those of the contract.
    shouldRepeat: ({ headers }) => headers.has(repeatHeader),
    loginDetails: ({ body }) => (object.includes(body) && 'details' in body ? body.details : null),
    ...(errorCode !== undefined && {
      errorCode: typeof errorCode === 'function' ? withUnknownHandle(errorCode) : errorCode,
    }),
  };
}

export function handlesOf<User>({
  accessToken,
  refreshToken,
  user,
}: Pick<SessionCall<User>, keyof SessionHandles>): SessionHandles {
  return { accessToken, refreshToken, user };
}

/** @throws {MalformedGrantError | VerdictError} the call has failed */
export function grantIn<User>({ grant, malformed, failure }: CallAnswer<User>): Grant<User> {
  if (malformed !== undefined)
    throw new MalformedGrantError(malformed.field, malformed.expected, malformed.received);
  if (grant !== undefined) return grant;
  throw new VerdictError(failure?.verdict ?? 'none', failure?.code);
}

/** Reads the code of the worker's own refusal, which the contract cannot know. */
function withUnknownHandle(read: ErrorCodeReader): ErrorCodeReader {
  return (answer) =>
    answer.headers.get('www-authenticate') === unknownHandle ? 'invalid_token' : read(answer);
}
