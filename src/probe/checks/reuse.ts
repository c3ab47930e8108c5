import { isSuccess } from '../../server/verdict.ts';
import type { Outcome } from '../client/client.ts';
import { withOldTokens, type Held } from '../client/held.ts';
import { answerOf, showAnswer } from './codes.ts';
import { find, keepSecret, refresh, report, signInAgain, type Probe } from './probeParts.ts';
import type { Refreshed } from './refreshing.ts';
import { judgeRefusal } from './refusal.ts';

const topic = 'refresh';

/** When the server accepted a used refresh token for the last time, and when it refused it first: seconds after its use. */
interface Grace {
  readonly acceptedAt: number | null;
  readonly refusedAt: number | null;
  readonly refusal: Outcome | null;
}

/** Uses a rotated refresh token again. Ends the session if the server detects reuse. */
export async function checkReuse(probe: Probe, { after: before, isRotated }: Refreshed): Promise<void> {
  if (!isRotated) return;
  probe.announce('Using a refresh token twice');
  // Its access token must be new: the last one may have expired meanwhile.
  const again = await refresh(probe, before);
  const { held: after } = again;
  if (after === null) {
    const result = `a second refresh was refused: ${showAnswer(answerOf(probe, again))}`;
    find(probe, { id: 'refresh.grace', topic, label: 'grace period', mark: 'skipped', result });
    return;
  }
  const grace = await measureGrace(probe, before, after);
  const { maxWait } = probe.bounds;
  const label = 'grace period';
  find(probe, { id: 'refresh.grace', topic, label, mark: 'fact', result: showGrace(grace, maxWait) });
  if (grace.refusal === null) return;
  judgeRefusal(probe, {
    ...{ id: 'refresh.reused', topic, label: 'used token', outcome: grace.refusal },
    verdict: 'refreshTokenReused',
    effect: 'A session whose refresh token was used elsewhere does not notice it.',
  });
  await checkFamily(probe, after);
}

function showGrace({ acceptedAt, refusedAt }: Grace, maxWait: number): string {
  if (acceptedAt === null) return 'none: a used refresh token is refused at once';
  if (refusedAt === null)
    return `at least ${Math.round(acceptedAt)} s (measured for ${maxWait / 1000} s at most)`;
  return `between ${Math.round(acceptedAt)} and ${Math.round(refusedAt)} s`;
}

/** Uses the token at once, and then at growing intervals for as long as the bounds allow. */
async function measureGrace(probe: Probe, before: Held, after: Held): Promise<Grace> {
  const { client, network, bounds } = probe;
  const started = network.now();
  const seconds = () => (network.now() - started) / 1000;
  let acceptedAt: number | null = null;
  for (let pause = 500; ; pause *= 2) {
    const outcome = await client.refresh(withOldTokens(before, after));
    if (outcome.held === null) return { acceptedAt, refusedAt: seconds(), refusal: outcome };
    probe.open.add(keepSecret(probe, outcome.held));
    acceptedAt = seconds();
    const left = bounds.maxWait - acceptedAt * 1000;
    if (left <= 0) return { acceptedAt, refusedAt: null, refusal: null };
    await network.wait(Math.min(pause, left));
  }
}

/** After a reuse: what of the session is still alive? */
async function checkFamily(probe: Probe, after: Held): Promise<void> {
  const { resource } = probe.paths;
  const { status } = resource === null ? { status: null } : await probe.client.get(resource, after);
  const outcome = await refresh(probe, after);
  const isAlive = outcome.held !== null;
  const alsoAccess = status !== null && !isSuccess(status) ? ', with its access token' : '';
  const result = isAlive
    ? 'only the used token is refused; the session goes on'
    : `the whole session ends${alsoAccess}`;
  find(probe, {
    ...{ id: 'refresh.reuseDetection', topic, label: 'after a reuse', result },
    mark: 'fact',
    answer: isAlive ? undefined : answerOf(probe, outcome),
  });
}

/** Refreshes twice at the same time, as two tabs without a lock would. Returns a session that is still alive, or `null`. */
export async function checkConcurrency(probe: Probe): Promise<Held | null> {
  const held = await signInAgain(probe, 'whether two refreshes at once are safe');
  probe.announce('Refreshing twice at once');
  const outcomes = await Promise.all([refresh(probe, held), refresh(probe, held)]);
  const winners = outcomes.flatMap((outcome) => (outcome.held === null ? [] : [outcome.held]));
  const [winner] = winners;
  const next = winner === undefined ? null : await refresh(probe, winner);
  const isAlive = next?.held != null;
  const base = { id: 'refresh.concurrency', topic, label: 'two at once' } as const;
  if (winners.length === 2 && isAlive) find(probe, { ...base, mark: 'fact', result: 'both succeed' });
  else if (isAlive) find(probe, { ...base, mark: 'fact', result: 'one is refused, and the session goes on' });
  else warnOfEnd(probe, base, winners.length);
  return next?.held ?? null;
}

function warnOfEnd(probe: Probe, base: { id: string; topic: 'refresh'; label: string }, count: number): void {
  const outcome = ['both are refused', 'one is refused', 'both succeed'][count] ?? '';
  const result = `${outcome}, and then the session ends`;
  find(probe, { ...base, mark: 'warning', result });
  report(probe, {
    ...{ level: 'warning', id: base.id, where: 'store' },
    message:
      'Two refreshes at once end the session. A session never sends two, but tabs and processes must share a store with a lock.',
  });
}
