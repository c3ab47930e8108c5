import { LoginFailedError } from '../errors/loginErrors.ts';
import { boundCopy } from '../platform/boundCopy.ts';
import type { Clock } from '../platform/clock.ts';
import { contractNames } from '../server/contractNames.ts';
import type { ServerContract } from '../server/contract.ts';
import { challengeIn, isLoginChallenge } from '../server/loginChallenge.ts';
import type { CookieAccess, LongCookie } from './cookies.ts';
import type { Seal } from './seal.ts';

/** What the user has entered, and the ticket of the step before, or `null` in the first one. */
export interface Step<Credentials> {
  readonly entered: Credentials;
  readonly ticket: unknown;
}

/**
 * Returns the same contract for one step of a sign-in. The ticket is a part of the credentials, so that the session removes it
 * from errors, as it does with all that the user has entered.
 *
 * @param keep - gets the ticket for the next step
 */
export function stepOf<User, Credentials>(
  server: ServerContract<User, Credentials>,
  keep: (ticket: unknown) => void,
): ServerContract<User, Step<Credentials>> {
  const rest: Omit<ServerContract<User, Credentials>, 'login'> = boundCopy(server, contractNames);
  const login = server.login?.bind(server);
  if (login === undefined) return rest;
  return {
    ...rest,
    async login({ credentials: { entered, ticket }, ...call }) {
      const result = await login({ ...call, credentials: entered, challenge: ticket });
      if (isLoginChallenge(result)) keep(challengeIn(result).ticket);
      return result;
    },
  };
}

/** How long the second step may take, in seconds. */
export const longestStep = 600;

/** The cookie that keeps the ticket of a sign-in until its second step, sealed. */
export interface ChallengeCookie {
  /** @throws {LoginFailedError} there is none, or it is older than ten minutes */
  read(this: void, cookies: CookieAccess): Promise<unknown>;
  /** @param ticket - `null` deletes the cookie */
  write(this: void, cookies: CookieAccess, ticket: unknown): Promise<void>;
}

export function createChallengeCookie(seal: Seal, cookie: LongCookie, clock: Clock): ChallengeCookie {
  return {
    async read(cookies) {
      const text = cookie.read(cookies);
      const found = text === '' ? null : (await seal.unseal(text))?.value;
      if (isChallenge(found) && clock.now() < found.until) return found.ticket;
      throw new LoginFailedError({
        status: null,
        serverCode: 'login_challenge_expired',
        verdict: 'sessionRevoked',
      });
    },
    async write(cookies, ticket) {
      const until = clock.now() + longestStep * 1_000;
      if (ticket !== null) cookie.write(cookies, await seal.seal({ ticket, until }));
      else if (cookie.read(cookies) !== '') cookie.write(cookies, '');
    },
  };
}

function isChallenge(value: unknown): value is { readonly ticket: unknown; readonly until: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'ticket' in value &&
    'until' in value &&
    typeof value.until === 'number'
  );
}
