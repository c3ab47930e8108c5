import { object } from '../errors/checks.ts';

/** The same key in each copy of this package. */
const loginChallengeKey: unique symbol = /* @__PURE__ */ Symbol.for('sessionchart.loginChallenge');

/** The server has accepted the credentials and asks for a second step. Created by {@link loginChallenge}. */
export interface LoginChallenge<Info = unknown, Ticket = unknown> {
  readonly [loginChallengeKey]: { readonly info: Info; readonly ticket: Ticket };
}

/**
 * Return this from the contract's `login` if the server asks for a second step, such as a code from an app. `login()` then
 * rejects with `LoginChallengeError`, and `view.isChallenged` is `true`. The next `login()` passes its credentials and
 * `ticket` to the contract.
 *
 * @param info - what the form may show: `challenge` of `LoginChallengeError`. It must not contain a secret
 * @param ticket - what the server needs for the second step: `call.challenge` of the next `login`. The session keeps it in
 * memory only, until the user has signed in, gives up or signs out
 *
 * @example
 * ```ts
 * import { loginChallenge, type ServerContract } from 'sessionchart';
 *
 * type Answer = { accessToken: string } | { mfaToken: string };
 *
 * const server: ServerContract<unknown, { email: string; password: string } | { code: string }, string> = {
 *   async login({ credentials, challenge, http }) {
 *     if (challenge !== null) {
 *       return http.post('login/code', { json: { ...credentials, mfaToken: challenge } }).json();
 *     }
 *     const answer = await http.post<Answer>('login', { json: credentials }).json();
 *     return 'mfaToken' in answer ? loginChallenge(null, answer.mfaToken) : answer;
 *   },
 * };
 * ```
 */
export function loginChallenge<Info, Ticket>(info: Info, ticket: Ticket): LoginChallenge<Info, Ticket> {
  return { [loginChallengeKey]: { info, ticket } };
}

export function isLoginChallenge(value: unknown): value is LoginChallenge {
  return object.includes(value) && loginChallengeKey in value;
}

export const challengeIn = (
  challenge: LoginChallenge,
): { readonly info: unknown; readonly ticket: unknown } => challenge[loginChallengeKey];
