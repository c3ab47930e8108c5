import { isHTTPError } from 'ky';
import { check, expectMembers, object, text } from '../errors/checks.ts';
import type { ContractEndpoints, LoginCall, ServerContract } from './contract.ts';
import { addressOf, endpoint, type Endpoint, type Speech } from './endpoints.ts';
import type { GrantFields } from './grantFields.ts';
import { loginChallenge, type LoginChallenge } from './loginChallenge.ts';
import { fieldAt } from './readJson.ts';

export interface TwoStepLoginOptions<Credentials> {
  /** Sends the credentials. */
  first: string | Endpoint<LoginCall<Credentials>>;
  /** Sends the credentials of the second step, such as `{ code }`, and the ticket under its own name if it is a string. */
  second: string | Endpoint<LoginCall<Credentials>>;
  /**
   * The field that a response has only if the server asks for a second step, with dots for a path: `mfa_token`,
   * `twoFactorRedirect`. It counts with any status, unless it is `null`, `false` or empty.
   */
  ticket: string;
  /** Takes from the JSON of that response what the form may show: `challenge` of `LoginChallengeError`. Default is `null`. */
  info?: (body: unknown) => unknown;
}

/** A login in two steps: the `login` of `restContract` and `cookieContract`. Created by {@link twoStepLogin}. */
export interface TwoStepLogin<Credentials> {
  /** The addresses of both steps. */
  readonly endpoints: ContractEndpoints;
  /** Creates the contract's `login` with a function that reads the grant from a response. */
  connect<User>(
    speech: Pick<Speech<User>, 'contract' | 'encoding' | 'read'>,
  ): NonNullable<ServerContract<User, Credentials>['login']>;
}

/**
 * Describes a login that may need a second step, for `restContract` and `cookieContract`.
 *
 * @throws {InvalidOptionError} an option is not valid; the error names it, and the expected and received values
 *
 * @example
 * ```ts
 * import { restContract, twoStepLogin } from 'sessionchart';
 *
 * const server = restContract<{ id: string }, { email: string; password: string } | { code: string }>({
 *   login: twoStepLogin({ first: 'auth/login', second: 'auth/mfa', ticket: 'mfa_token' }),
 *   refresh: 'auth/refresh',
 * });
 * ```
 */
export function twoStepLogin<Credentials>(
  options: TwoStepLoginOptions<Credentials>,
): TwoStepLogin<Credentials> {
  expectMembers('login', check('login', options, object), ['ticket'], text);
  expectMembers('login', options, ['info?']);
  const { first, second, ticket, info = () => null } = options;
  const name = ticket.slice(ticket.lastIndexOf('.') + 1);

  function challengeOf(body: unknown): LoginChallenge | null {
    const value = fieldAt(body, ticket);
    return value === undefined || value === null || value === false || value === ''
      ? null
      : loginChallenge(info(body), value);
  }

  return {
    endpoints: { ...addressOf('login', first), ...addressOf('secondStep', second) },
    connect<User>({ read, ...speech }: Pick<Speech<User>, 'contract' | 'encoding' | 'read'>) {
      const readStep = async (response: Response, own: GrantFields<User>) => {
        const copy = response.clone();
        return challengeOf(await copy.json().catch(() => undefined)) ?? read(response, own);
      };
      const steps = [
        endpoint('login.first', first, { ...speech, body: ({ credentials }) => credentials, read: readStep }),
        endpoint('login.second', second, { ...speech, body: (call) => answerIn(call, name), read: readStep }),
      ] as const;
      return (call) =>
        steps[call.challenge === null ? 0 : 1](call).catch((error: unknown) => {
          const challenge = isHTTPError(error) ? challengeOf(error.data) : null;
          if (challenge === null) throw error;
          return challenge;
        });
    },
  };
}

function answerIn<Credentials>({ credentials, challenge }: LoginCall<Credentials>, name: string): unknown {
  return typeof challenge === 'string' ? { ...credentials, [name]: challenge } : credentials;
}
