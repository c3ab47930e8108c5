import { MalformedGrantError } from '../../errors/errors.ts';
import { isAuthorizationError, type AuthorizationError } from '../../oauth/authorizationError.ts';
import { createEnd } from '../../platform/abort.ts';
import { randomId } from '../../platform/randomId.ts';
import { createServerCalls, type ServerCalls } from '../../server/calls.ts';
import type { Grant, Verdict } from '../../server/contract.ts';
import type { CheckedGrant } from '../../server/grant.ts';
import type { CallFailure as Failure } from '../../server/judgeFailure.ts';
import { challengeIn, isLoginChallenge } from '../../server/loginChallenge.ts';
import type { RequestObserver } from '../../server/requestObserver.ts';
import type { Settings } from '../../session/settings.ts';
import type { CallAnswer, CallFailure, Messages, Refusal, SessionHandles } from '../protocol.ts';
import type { KeptTokens, Tokens } from './tokens.ts';
import type { TokenEndpoints } from './tokenEndpoints.ts';

export interface ContractCallParts {
  readonly settings: Settings<unknown, unknown>;
  readonly tokens: Tokens;
  readonly tokenEndpoints: TokenEndpoints;
  /** The address at which a page ends the session at the provider, or `null`. */
  readonly endSessionUrl: (signal: AbortSignal) => Promise<string | null>;
}

type Answer = CallAnswer<unknown>;

/** Calls the functions of the contract for the pages. Handles stand for tokens in the arguments and in the results. */
export function createContractCalls({ settings, tokens, tokenEndpoints, endSessionUrl }: ContractCallParts) {
  const never = createEnd().signal;
  const calls = createServerCalls({
    settings,
    fetch: (input, init) => fetch(input, init),
    observation: { observer: learning(tokenEndpoints, settings.server.issuer !== undefined) },
    disposal: never,
    currentId: () => null,
  });
  return {
    login: createLogin(calls, tokens),
    refresh: createRefresh(calls, tokens),
    logout: createLogout(calls, tokens, endSessionUrl),
  };
}

/** Learns the addresses of the calls of a contract that does not name them. */
function learning({ add }: TokenEndpoints, isProvider: boolean): RequestObserver {
  return {
    held: () => undefined,
    failed: () => undefined,
    exchange({ address, purpose }, _signal, send) {
      // A provider grants tokens to a POST only (RFC 6749, section 3.2). With a GET, the worker asks who the user is.
      const mayGrant = purpose !== 'logout' && !(isProvider && address?.method === 'GET');
      if (address !== null && mayGrant) add(address.url);
      return send();
    },
  };
}

type Calls = ServerCalls<unknown, unknown>;

/** How many sign-ins may be between their two steps. */
const mostTickets = 100;

function createLogin(calls: Calls, tokens: Tokens) {
  const tickets = new Map<string, unknown>();
  const keepTicket = (ticket: unknown): string => {
    const handle = randomId();
    tickets.set(handle, ticket);
    for (const oldest of tickets.keys()) if (tickets.size > mostTickets) tickets.delete(oldest);
    return handle;
  };
  return async ({ credentials, challenge }: Messages['login'], signal: AbortSignal): Promise<Answer> => {
    const ticket = typeof challenge === 'string' ? (tickets.get(challenge) ?? null) : null;
    const { result, judge } = calls.login({ credentials, challenge: ticket }, createEnd().signal, signal);
    try {
      const found = await result;
      if (!isLoginChallenge(found)) return granted(tokens.keep(found, null), found);
      const next = challengeIn(found);
      return { response: {}, challenge: { info: next.info, ticket: keepTicket(next.ticket) } };
    } catch (error) {
      const { serverCode, ...failure } = judge(error);
      const answer = failed(error, { ...failure, code: serverCode });
      return isAuthorizationError(error)
        ? { ...answer, response: answer.response ?? {}, refusal: refusalIn(error) }
        : answer;
    }
  };
}

/** The worker was started anew, so that it does not have the tokens. */
const lostTokens: Answer = {
  response: {},
  failure: { verdict: 'refreshTokenInvalid', code: 'tokens_lost' },
};

/** A refresh token is sent once, however many pages ask: each gets the grant that the first one got. */
function createRefresh(calls: Calls, tokens: Tokens) {
  const renewals = new WeakMap<object, Renewal>();
  /** Stands for the tokens of a session that the browser keeps in a cookie. */
  const cookie = {};

  async function renew(kept: KeptTokens | null, user: unknown): Promise<Answer> {
    const { result, judge } = calls.refresh({ ...tokensOf(kept), user }, createEnd().signal);
    try {
      const found = await result;
      return granted(tokens.keep(found, kept), found);
    } catch (error) {
      const answer = failed(error, statingNone(judge(error)));
      if (kept !== null && isEnding(answer.failure?.verdict)) tokens.forget(kept);
      return answer;
    }
  }

  return async ({ accessToken, refreshToken, user }: SessionHandles): Promise<Answer> => {
    const at = Date.now();
    const kept = tokens.find(refreshToken) ?? tokens.find(accessToken);
    if ((kept === null && refreshToken !== null) || kept?.session.isOver === true) return lostTokens;
    const key = kept ?? cookie;
    const renewal = renewals.get(key) ?? { at, answer: renew(kept, user) };
    renewals.set(key, renewal);
    const answer = await renewal.answer;
    if (answer.grant === undefined || kept === null) renewals.delete(key);
    return answer.grant === undefined ? answer : { ...answer, grant: aged(answer.grant, at - renewal.at) };
  };
}

interface Renewal {
  /** When it was asked for first, in milliseconds since the epoch. */
  readonly at: number;
  readonly answer: Promise<Answer>;
}

/** The same grant for a page that asks for it later. */
function aged({ expiresIn, ...grant }: Grant, age: number): Grant {
  return { ...grant, expiresIn: typeof expiresIn === 'number' ? Math.max(0, expiresIn - age / 1000) : null };
}

function createLogout(calls: Calls, tokens: Tokens, endSessionUrl: ContractCallParts['endSessionUrl']) {
  return async (
    { accessToken, refreshToken, user }: SessionHandles,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const kept = tokens.find(refreshToken) ?? tokens.find(accessToken);
    const isKnown = kept !== null || (refreshToken === null && accessToken === null);
    if (kept !== null) kept.session.isOver = true;
    const failure = isKnown ? await calls.logout({ ...tokensOf(kept), user }) : null;
    // The session calls again after a transient failure.
    const answer = failure === null ? done : failed(null, statingNone(failure));
    if (isTransient(failure)) return answer;
    if (kept !== null) tokens.forget(kept);
    const url = await endSessionUrl(signal);
    return url === null ? answer : { ...answer, endSessionUrl: url };
  };
}

const done: Answer = { response: {}, grant: { accessToken: null } };

/** The page has the stamp of the session. Here, the tokens alone name it. */
function tokensOf(kept: KeptTokens | null) {
  const { accessToken = null, refreshToken = null, refreshTokenName, secrets } = kept ?? {};
  return { accessToken, refreshToken, refreshTokenName, secrets, sessionId: '', generation: 0 };
}

function granted(kept: KeptTokens, { lifetime, user }: CheckedGrant<unknown>): Answer {
  const { accessToken, refreshToken, handle } = kept;
  const grant: Grant = {
    accessToken: accessToken === null ? null : handle,
    refreshToken: refreshToken === null ? null : handle,
    expiresIn: lifetime === null ? null : lifetime / 1000,
    user,
  };
  return { response: {}, grant };
}

type JudgedCall = Pick<Failure, 'status' | 'retryAfter'> & CallFailure;

function failed(error: unknown, judged: JudgedCall): Answer {
  if (error instanceof MalformedGrantError) {
    const { field, expected, received } = error;
    return { response: {}, malformed: { field, expected, received } };
  }
  const { verdict, code, details } = judged;
  return { response: responseTo(judged), failure: { verdict, code, details } };
}

/** What the page shows of a server's response. It cannot create one with every status. */
function responseTo({ verdict, status, retryAfter }: JudgedCall): Answer['response'] {
  if (status === null) return verdict === 'unavailable' ? null : {};
  const isUsual = status >= 200 && ![204, 205, 304].includes(status);
  return {
    status: isUsual ? status : 200,
    headers: retryAfter === null ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1000)) },
  };
}

/** A verdict of `none` would leave the decision to the status, which the contract has judged already. */
function statingNone({ verdict, ...failure }: Failure): JudgedCall {
  return { ...failure, verdict: verdict === 'none' ? 'forbidden' : verdict };
}

/** An error of a provider, as a message can carry it. */
export const refusalIn = ({ error, message, description }: AuthorizationError): Refusal => ({
  error,
  message,
  description,
});

const isTransient = (failure: Failure | null): boolean =>
  failure?.verdict === 'unavailable' || failure?.verdict === 'rateLimited';

/** Whether a verdict ends the session. */
const isEnding = (verdict: Verdict | undefined): boolean =>
  verdict !== undefined && !['forbidden', 'rateLimited', 'unavailable'].includes(verdict);
