import { isSuccess, VerdictError } from '../../server/verdict.ts';
import type { Outcome } from '../client/client.ts';
import type { Exchange } from '../client/exchange.ts';
import type { Held } from '../client/held.ts';
import { ProbeStoppedError } from '../stopped.ts';
import { answerOf, mapCode, showAnswer } from './codes.ts';
import { guessGrant, hasAccessToken } from './grantPaths.ts';
import { find, keepSecret, report, type Probe } from './probeParts.ts';

/** A sign-in, and the request behind it. */
export interface SignIn {
  readonly held: Held;
  readonly exchange: Exchange;
}

/** Signs in. Returns `null` if the contract is wrong. */
export async function checkSignIn(probe: Probe): Promise<SignIn | null> {
  probe.announce('Signing in');
  const outcome = await probe.client.signIn(probe.credentials);
  const [exchange] = outcome.exchanges;
  if (exchange === undefined) throw unsent(outcome);
  if (outcome.held === null) {
    reportFailure(probe, outcome, exchange);
    return null;
  }
  const held = keepSecret(probe, outcome.held);
  probe.open.add(held);
  Object.assign(probe.samples, { signIn: { exchange, held }, userRequest: outcome.exchanges[1] ?? null });
  find(probe, {
    ...{ id: 'sign-in.grant', topic: 'sign-in', label: 'sign-in', mark: 'right' },
    result: `${exchange.status}: ${partsOf(held).join(', ')}`,
  });
  return { held, exchange };
}

/** What a session has got from a sign-in. */
function partsOf({ accessToken, refreshToken, user, cookies }: Held): string[] {
  return [
    accessToken === null ? [] : ['access token'],
    refreshToken === null ? [] : ['refresh token'],
    cookies.length === 0 ? [] : [`cookies ${cookies.map(({ name }) => name).join(', ')}`],
    user === null || user === undefined ? [] : ['user'],
  ].flat();
}

function unsent({ error }: Outcome): ProbeStoppedError {
  const name = error instanceof Error ? error.name : 'no error';
  return new ProbeStoppedError(`\`login\` sent no request with the \`http\` that it is given (${name}).`);
}

/** Tells apart a contract that is wrong and credentials that are. */
function reportFailure(probe: Probe, outcome: Outcome, { status, body }: Exchange): void {
  const { changes } = probe.notes;
  const last = outcome.exchanges.at(-1)?.status ?? status;
  const isMalformed = isSuccess(last);
  const isElsewhere = [404, 405].includes(last) || (last >= 300 && last < 400) || isPage(outcome);
  if (!isMalformed && !isElsewhere) throw refused(probe, outcome);
  const id = 'sign-in.grant';
  find(probe, { id, topic: 'sign-in', label: 'sign-in', mark: 'wrong', result: String(last) });
  if (outcome.error instanceof VerdictError && isMalformed) {
    changes.login.success = last;
    report(probe, {
      ...error,
      id,
      where: 'login.success',
      isApplied: true,
      message: `The server answers a sign-in with ${last}, which the contract takes for a refusal. Set success: ${last}.`,
    });
    return;
  }
  if (isMalformed) Object.assign(changes.grant, guessGrant(body));
  const { message } = outcome.error instanceof Error ? outcome.error : { message: '' };
  const explained = outcome.explanation ?? message;
  // The last part of such a path is lost.
  const isBase = !new URL(probe.baseUrl).pathname.endsWith('/');
  const where = isMalformed ? 'grant' : isBase ? '--base-url' : 'login';
  report(probe, { ...error, id, where, isApplied: isMalformed && hasAccessToken(body), message: explained });
}

const error = { level: 'error' } as const;

const isPage = ({ exchanges }: Outcome): boolean =>
  /^\s*<(?:!doctype|html)/i.test(exchanges.at(-1)?.text ?? '');

function refused(probe: Probe, outcome: Outcome): ProbeStoppedError {
  const fields = Object.keys(probe.credentials).join(', ');
  return new ProbeStoppedError(
    `The server refused the sign-in: ${showAnswer(answerOf(probe, outcome))}. ` +
      `The credentials had the fields ${fields}. Check the user, the password and \`--user-field\`.`,
  );
}

/** Signs in with a wrong password, once. */
export async function checkWrongPassword(probe: Probe, isAllowed: boolean): Promise<void> {
  const base = { id: 'sign-in.wrongPassword', topic: 'sign-in', label: 'wrong password' } as const;
  if (!isAllowed) {
    find(probe, { ...base, mark: 'skipped', result: 'not tried: --no-wrong-password' });
    return;
  }
  const field = Object.keys(probe.credentials).find((name) => /password|passwd|secret|^pin$/i.test(name));
  if (field === undefined) {
    find(probe, { ...base, mark: 'skipped', result: 'the credentials have no field `password`' });
    return;
  }
  probe.announce('Signing in with a wrong password');
  const outcome = await probe.client.signIn({ ...probe.credentials, [field]: 'not-the-password' });
  if (outcome.held !== null) probe.open.add(keepSecret(probe, outcome.held));
  const answer = answerOf(probe, outcome);
  const isRight = ['invalidCredentials', 'accountDisabled'].includes(answer.verdict);
  find(probe, { ...base, answer, mark: isRight ? 'right' : 'wrong', result: showAnswer(answer) });
  if (isRight) return;
  const { errorCodes } = probe.notes.changes.login;
  const entry = mapCode(probe, { outcome, verdict: 'invalidCredentials', unlike: [] }, errorCodes);
  report(probe, {
    ...{ level: 'error', id: base.id, where: 'login.errorCodes', isApplied: entry !== null },
    message: `A form cannot tell that the password is wrong. Add ${entry ?? 'the code of that response'}.`,
  });
}
