import { isSuccess, VerdictError } from '../../server/verdict.ts';
import type { Outcome } from '../client/client.ts';
import { withBrokenRefreshToken, withoutTokens, type Held } from '../client/held.ts';
import { answerOf, showAnswer } from './codes.ts';
import { findField, guessGrant, hasAccessToken } from './grantPaths.ts';
import { credentialOf, find, isRotated, refresh, report, type Probe } from './probeParts.ts';
import { judgeRefusal } from './refusal.ts';

const topic = 'refresh';

/** A session before and after its first refresh. */
export interface Refreshed {
  readonly before: Held;
  readonly after: Held;
  readonly isRotated: boolean;
}

/** Refreshes a new session. Returns `null` if that fails. */
export async function checkRefresh(probe: Probe, before: Held): Promise<Refreshed | null> {
  const id = 'refresh.works';
  if (probe.contract.refresh === undefined) {
    const result = 'the contract has none: a session ends with its access token';
    find(probe, { id, topic, label: 'refresh', mark: 'fact', result });
    return null;
  }
  probe.announce('Refreshing');
  const outcome = await refresh(probe, before);
  const { held: after } = outcome;
  probe.samples.refreshRequest = outcome.exchanges[0] ?? null;
  if (after === null) {
    reportRefused(probe, outcome);
    return null;
  }
  const last = outcome.exchanges.at(-1);
  find(probe, {
    id,
    topic,
    label: 'refresh',
    mark: 'right',
    result: `${last?.status ?? 'no request'}: new tokens`,
  });
  if (last !== undefined) probe.samples.refresh = { exchange: last, held: after };
  const rotated = checkRotation(probe, before, after, last?.body);
  await checkOldAccessToken(probe, before, after);
  return { before, after, isRotated: rotated };
}

function reportRefused(probe: Probe, outcome: Outcome): void {
  const id = 'refresh.works';
  const { refresh: changes } = probe.notes.changes;
  const last = outcome.exchanges.at(-1);
  const result = showAnswer(answerOf(probe, outcome));
  find(probe, { id, topic, label: 'refresh', mark: 'wrong', result });
  const status = last?.status ?? 0;
  if (isSuccess(status) && outcome.error instanceof VerdictError) {
    changes.success = status;
    const message = `The server answers a refresh with ${status}, which the contract takes for a refusal. Set success: ${status}.`;
    report(probe, { level: 'error', id, where: 'refresh.success', isApplied: true, message });
    return;
  }
  if (isSuccess(status)) Object.assign(changes.grant, guessGrant(last?.body));
  const isApplied = isSuccess(status) && hasAccessToken(last?.body);
  const where = isSuccess(status) ? 'refresh.grant' : 'refresh';
  const usual = 'The server refuses a refresh right after the sign-in: check how the refresh token is sent.';
  const ofError = isSuccess(status) && outcome.error instanceof Error ? outcome.error.message : usual;
  report(probe, { level: 'error', id, where, isApplied, message: outcome.explanation ?? ofError });
}

function checkRotation(probe: Probe, before: Held, after: Held, body: unknown): boolean {
  const credential = credentialOf(probe, before);
  const rotated = isRotated(probe, before, after);
  const result = {
    'refresh token': rotated ? 'yes: each refresh replaces the refresh token' : 'no: the refresh token stays',
    cookie: rotated ? 'yes: each refresh replaces the cookie' : 'no: the cookie stays',
    'access token': 'there is no refresh token: the access token is exchanged',
  }[credential];
  find(probe, { id: 'refresh.rotation', topic, label: 'rotation', mark: 'fact', result });
  if (credential === 'refresh token' && !rotated) checkUnread(probe, before, body);
  return rotated && credential !== 'access token';
}

/** A new refresh token that the contract does not read. The session would send the old one for ever. */
function checkUnread(probe: Probe, { refreshToken }: Held, body: unknown): void {
  const isNew = (value: unknown, name: string) =>
    typeof value === 'string' &&
    value.length > 15 &&
    /^refresh(?:_?token)?$/i.test(name) &&
    value !== refreshToken;
  const path = findField(body, isNew);
  if (path === undefined) return;
  probe.notes.changes.refresh.grant['refreshToken'] = path;
  report(probe, {
    ...{ level: 'error', id: 'refresh.rotation', where: 'refresh.grant', isApplied: true },
    message: `The response to a refresh has a new refresh token, which the contract does not read. Add refreshToken: '${path}'.`,
  });
}

async function checkOldAccessToken(probe: Probe, before: Held, after: Held): Promise<void> {
  const { resource } = probe.paths;
  if (resource === null) return;
  const base = { topic, mark: 'fact' } as const;
  const fresh = await probe.client.get(resource, after);
  if (fresh.status !== null && !isSuccess(fresh.status)) {
    const id = 'refresh.newAccessToken';
    find(probe, {
      ...base,
      id,
      label: 'new access token',
      mark: 'wrong',
      result: showAnswer(answerOf(probe, fresh)),
    });
    const message = 'The API refuses the access token of a refresh: the contract may read another field.';
    report(probe, { level: 'error', id, where: 'refresh.grant', message });
  }
  const old = await probe.client.get(resource, before);
  const isAccepted = old.status !== null && isSuccess(old.status);
  const result = isAccepted ? 'still accepted' : `refused at once: ${showAnswer(answerOf(probe, old))}`;
  find(probe, { ...base, id: 'refresh.oldAccessToken', label: 'old access token', result });
}

/** Refreshes with a refresh token that the server never issued, and without one. Ends the session that it is given. */
export async function checkUnknownToken(probe: Probe, held: Held): Promise<void> {
  if (probe.contract.refresh === undefined) return;
  probe.announce('Refreshing with an unknown token');
  const outcome = await probe.client.refresh(withBrokenRefreshToken(held, probe.addresses));
  const base = { id: 'refresh.unknown', topic, label: 'unknown token' } as const;
  if (outcome.held === null) {
    const effect = 'A session whose refresh token is refused stays signed in and fails again and again.';
    judgeRefusal(probe, { ...base, outcome, verdict: 'refreshTokenInvalid', effect });
  } else {
    find(probe, { ...base, mark: 'wrong', result: 'accepted: the server grants tokens for it' });
    const message = 'The server granted tokens for a refresh token that it never issued.';
    report(probe, { level: 'error', id: base.id, where: 'the server', message });
  }
  if (probe.contract.silentSignIn === true) await checkNoToken(probe, held);
}

/** A page without a session asks for one. The refusal must not look like a failure, which is repeated. */
async function checkNoToken(probe: Probe, held: Held): Promise<void> {
  const outcome = await probe.client.refresh(withoutTokens(held));
  judgeRefusal(probe, {
    ...{ id: 'refresh.missing', topic, label: 'no token', outcome, verdict: 'refreshTokenInvalid' },
    effect: 'A page without a session would wait for the server and try again.',
  });
}
