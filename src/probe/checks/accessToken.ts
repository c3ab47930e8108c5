import { accessTokenVerdicts } from '../../../machines/index.ts';
import type { Verdict } from '../../server/contract.ts';
import { isSuccess } from '../../server/verdict.ts';
import type { Outcome } from '../client/client.ts';
import { withBrokenAccessToken, withoutTokens, type Held } from '../client/held.ts';
import { answerOf, mapCode, showAnswer } from './codes.ts';
import { find, report, type Probe } from './probeParts.ts';

/** The responses of the API that the contract must tell apart. */
export interface ApiAnswers {
  readonly invalid: Outcome | null;
  readonly expired: Outcome | null;
  readonly forbidden: Outcome | null;
}

const topic = 'access token';

/** Requests the API with a valid, a missing and a broken access token, and without a permission. */
export async function checkAccessToken(probe: Probe, held: Held, expired: Outcome | null): Promise<void> {
  const { resource, forbidden: forbiddenPath } = probe.paths;
  if (resource === null) {
    const result = 'name a path that needs a sign-in: --resource';
    find(probe, { id: 'access.valid', topic, label: 'accepted by the API', mark: 'skipped', result });
    return;
  }
  probe.announce('Requesting the API');
  const { client, addresses } = probe;
  if (!(await isAccepted(probe, resource, held))) return;
  const missing = await client.get(resource, withoutTokens(held));
  const invalid = await client.get(resource, withBrokenAccessToken(held, addresses));
  const forbidden = forbiddenPath === null ? null : await client.get(forbiddenPath, held);
  probe.samples.refused = invalid.exchanges.at(-1) ?? null;
  const answers = { invalid, expired, forbidden };
  checkMissing(probe, missing);
  if (checkRefused(probe, invalid)) judgeInvalid(probe, invalid, answers);
  judgeExpired(probe, answers, held);
  judgeForbidden(probe, answers);
}

async function isAccepted(probe: Probe, resource: string, held: Held): Promise<boolean> {
  const outcome = await probe.client.get(resource, held);
  const { status } = outcome;
  probe.samples.api = outcome.exchanges.at(-1) ?? null;
  const isRight = status !== null && isSuccess(status) && outcome.verdict === 'none';
  const base = { id: 'access.valid', topic, label: 'valid' } as const;
  find(probe, {
    ...base,
    mark: isRight ? 'right' : 'wrong',
    result: isRight ? String(status) : showAnswer(answerOf(probe, outcome)),
  });
  if (isRight) return true;
  const message =
    status === 404
      ? `The API has no \`${resource}\`. Name another path with \`--resource\`.`
      : `The API refuses the token of a new sign-in at \`${resource}\`. Check \`authorize\`, \`headers\` and \`--resource\`.`;
  report(probe, { level: 'error', id: base.id, where: status === 404 ? '--resource' : 'authorize', message });
  return false;
}

function checkMissing(probe: Probe, outcome: Outcome): void {
  const answer = answerOf(probe, outcome);
  const isOpen = answer.status !== null && isSuccess(answer.status);
  const result = isOpen ? `${answer.status}: the path needs no sign-in` : showAnswer(answer);
  find(probe, {
    id: 'access.missing',
    topic,
    label: 'missing',
    mark: isOpen ? 'warning' : 'fact',
    result,
    answer,
  });
  if (!isOpen) return;
  const message =
    'The path is readable without a sign-in, so it says nothing about tokens. Name another one.';
  report(probe, { level: 'warning', id: 'access.missing', where: '--resource', message });
}

/** Whether the API refused the broken token. */
function checkRefused(probe: Probe, { status }: Outcome): boolean {
  if (status === null || !isSuccess(status)) return true;
  const base = { id: 'access.invalid', topic, label: 'wrong signature' } as const;
  find(probe, { ...base, mark: 'warning', result: `${status}: accepted` });
  report(probe, {
    ...{ level: 'warning', id: base.id, where: 'the server' },
    message: 'The API accepted an access token that it never issued, or the path needs no sign-in.',
  });
  return false;
}

/** Whether a session refreshes after this response. */
const leadsToRefresh = (verdict: Verdict): boolean => accessTokenVerdicts.some((known) => known === verdict);

function judgeInvalid(probe: Probe, outcome: Outcome, { expired, forbidden }: ApiAnswers): void {
  const answer = answerOf(probe, outcome);
  const base = { id: 'access.invalid', topic, label: 'wrong signature', answer } as const;
  const isRight = leadsToRefresh(answer.verdict);
  find(probe, { ...base, mark: isRight ? 'right' : 'warning', result: showAnswer(answer) });
  if (isRight) return;
  const mapping = { outcome, verdict: 'accessTokenInvalid', unlike: [forbidden] } as const;
  const entry = mapCode(probe, mapping, probe.notes.changes.errorCodes);
  // An expired token may be refused in another way, which only its end can show.
  const more = expired === null ? ' Use --wait-expiry to see how an expired one is refused.' : '';
  report(probe, {
    ...{ level: 'warning', id: base.id, where: 'errorCodes', isApplied: entry !== null },
    message: `A token that the API refuses as invalid is not refreshed. ${advice(entry)}${more}`,
  });
}

function judgeExpired(probe: Probe, { expired, forbidden }: ApiAnswers, held: Held): void {
  const base = { id: 'access.expired', topic, label: 'expired' } as const;
  if (expired === null) {
    const lifetime =
      held.lifetime === null ? 'unknown lifetime' : `lives ${Math.round(held.lifetime / 1000)} s`;
    find(probe, { ...base, mark: 'skipped', result: `not awaited (${lifetime}): --wait-expiry` });
    return;
  }
  const answer = answerOf(probe, expired);
  const isAlive = expired.status !== null && isSuccess(expired.status);
  const isRight = leadsToRefresh(answer.verdict);
  const result = isAlive ? `${expired.status}: still accepted` : showAnswer(answer);
  find(probe, { ...base, answer, mark: isAlive ? 'warning' : isRight ? 'right' : 'wrong', result });
  if (isAlive || isRight) return;
  const mapping = { outcome: expired, verdict: 'accessTokenExpired', unlike: [forbidden] } as const;
  const entry = mapCode(probe, mapping, probe.notes.changes.errorCodes);
  const message = `An expired token is not refreshed. ${advice(entry)}`;
  report(probe, { level: 'error', id: base.id, where: 'errorCodes', isApplied: entry !== null, message });
}

function judgeForbidden(probe: Probe, { invalid, expired, forbidden }: ApiAnswers): void {
  const base = { id: 'access.forbidden', topic, label: 'missing permission' } as const;
  if (forbidden === null) {
    find(probe, { ...base, mark: 'skipped', result: 'name such a path: --forbidden' });
    return;
  }
  const answer = answerOf(probe, forbidden);
  if (answer.status === 404 || (answer.status !== null && isSuccess(answer.status))) {
    const result = `${answer.status}: the path does not refuse this user, name another: --forbidden`;
    find(probe, { ...base, answer, mark: 'skipped', result });
    return;
  }
  const isRight = ['none', 'forbidden', 'stepUpRequired'].includes(answer.verdict);
  find(probe, { ...base, answer, mark: isRight ? 'right' : 'wrong', result: showAnswer(answer) });
  if (isRight) return;
  const mapping = { outcome: forbidden, verdict: 'forbidden', unlike: [invalid, expired] } as const;
  const entry = mapCode(probe, mapping, probe.notes.changes.errorCodes);
  const effect = leadsToRefresh(answer.verdict) ? 'starts a refresh' : 'ends the session';
  const message = `A missing permission ${effect}. ${advice(entry)}`;
  report(probe, { level: 'error', id: base.id, where: 'errorCodes', isApplied: entry !== null, message });
}

const advice = (entry: string | null): string =>
  entry === null
    ? 'The server says the same of a missing permission, so no code can tell them apart.'
    : `Add ${entry}.`;
