import { isSuccess } from '../../server/verdict.ts';
import type { Outcome } from '../client/client.ts';
import { withBrokenAccessToken, type Held } from '../client/held.ts';
import { answerOf, showAnswer } from './codes.ts';
import { find, report, type Probe } from './probeParts.ts';
import { judgeRefusal } from './refusal.ts';

const topic = 'sign-out';

/** Signs out, and uses the tokens afterwards. */
export async function checkSignOut(probe: Probe, held: Held): Promise<void> {
  if (probe.contract.logout === undefined) {
    const result = 'the contract has none: the tokens live on until they expire';
    find(probe, { id: 'sign-out.works', topic, label: 'sign-out', mark: 'warning', result });
    report(probe, {
      ...{ level: 'warning', id: 'sign-out.works', where: 'logout' },
      message: 'A sign-out is not told to the server. Add `logout` if the server has an endpoint for it.',
    });
    return;
  }
  probe.announce('Signing out');
  const outcome = await probe.client.signOut(held);
  const isDone = outcome.held !== null;
  const status = outcome.exchanges.at(-1)?.status ?? null;
  const result = isDone ? String(status ?? 'no request') : showAnswer(answerOf(probe, outcome));
  const mark = !isDone ? 'wrong' : status === null ? 'warning' : 'right';
  find(probe, { id: 'sign-out.works', topic, label: 'sign-out', mark, result });
  if (!isDone) {
    reportFailed(probe, outcome);
    return;
  }
  probe.open.delete(held);
  await checkAccessAfter(probe, held);
  await checkRefreshAfter(probe, held);
}

/** A sign-out is told apart from other ends of a session by a refresh. */
export function skipSignOut(probe: Probe): void {
  if (probe.contract.logout === undefined) return;
  const result = 'needs a refresh that succeeds';
  find(probe, { id: 'sign-out.works', topic, label: 'sign-out', mark: 'skipped', result });
}

function reportFailed(probe: Probe, { explanation }: Outcome): void {
  const message =
    explanation ?? 'The server refuses the sign-out of a new session: check what `logout` sends.';
  report(probe, { level: 'error', id: 'sign-out.works', where: 'logout', message });
}

async function checkAccessAfter(probe: Probe, held: Held): Promise<void> {
  const { resource } = probe.paths;
  if (resource === null) return;
  const outcome = await probe.client.get(resource, held);
  const isAccepted = outcome.status !== null && isSuccess(outcome.status);
  const answer = answerOf(probe, outcome);
  const result = isAccepted ? 'still accepted' : showAnswer(answer);
  find(probe, {
    id: 'sign-out.accessToken',
    topic,
    label: 'access token after',
    mark: 'fact',
    result,
    answer,
  });
}

async function checkRefreshAfter(probe: Probe, held: Held): Promise<void> {
  if (probe.contract.refresh === undefined) return;
  const outcome = await probe.client.refresh(held);
  const id = 'sign-out.refreshToken';
  const label = 'refresh token after';
  if (outcome.held === null) {
    const effect = 'A session that the server has ended stays signed in in other tabs.';
    judgeRefusal(probe, { id, topic, label, outcome, verdict: 'sessionRevoked', effect });
    return;
  }
  probe.open.add(outcome.held);
  find(probe, { id, topic, label, mark: 'warning', result: 'accepted: the sign-out does not revoke it' });
  const message =
    'The server still accepts the refresh token after the sign-out. Either `logout` sends the wrong token, or the server revokes none.';
  report(probe, { level: 'warning', id, where: 'logout', message });
}

/** Signs out with a broken access token, as with an expired one. Ends the session that it is given. */
export async function checkStaleSignOut(probe: Probe, held: Held): Promise<void> {
  const { contract, client, addresses } = probe;
  // Such a server refreshes no expired token for a sign-out either.
  if (contract.logout === undefined || contract.refreshesLiveTokensOnly === true) return;
  if (held.accessToken === null) return;
  probe.announce('Signing out with a refused access token');
  const outcome = await client.signOut(withBrokenAccessToken(held, addresses));
  const needsToken = outcome.held === null;
  const isDeclared = contract.logoutNeedsFreshToken === true;
  const base = { id: 'sign-out.freshToken', topic, label: 'with a bad access token' } as const;
  const isRight = !needsToken || isDeclared;
  const result = needsToken ? showAnswer(answerOf(probe, outcome)) : 'accepted';
  find(probe, { ...base, mark: isRight ? 'right' : 'wrong', result });
  if (!needsToken) probe.open.delete(held);
  if (isRight) return;
  probe.notes.changes.logoutNeedsFreshToken = true;
  const message =
    'The server refuses a sign-out whose access token has expired. Add `logoutNeedsFreshToken: true`.';
  report(probe, { level: 'error', id: base.id, where: 'logoutNeedsFreshToken', isApplied: true, message });
}
