import type { Outcome } from '../client/client.ts';
import type { Held } from '../client/held.ts';
import { answerOf, showAnswer } from './codes.ts';
import { find, refresh, report, signInAgain, type Probe } from './probeParts.ts';

/** A session after the end of its access token, if that was awaited. */
export interface Expired {
  readonly held: Held;
  /** The API's response to the expired token, or `null`. */
  readonly expired: Outcome | null;
}

/** How long after the end of a token to request, in milliseconds: servers tolerate clocks that differ a little. */
const margin = 1_500;

/** Waits until the access token of another session has expired, if its lifetime is within the bounds. */
export async function awaitExpiry(probe: Probe, current: Held): Promise<Expired> {
  const { bounds, network, paths, contract } = probe;
  const { lifetime } = current;
  if (lifetime === null || lifetime > bounds.waitExpiry || paths.resource === null)
    return { held: current, expired: null };
  const held = await signInAgain(probe, 'what an expired token does');
  probe.announce(`Waiting ${Math.ceil(lifetime / 1000)} s for the end of the access token`);
  await network.wait(lifetime + margin);
  const expired = await probe.client.get(paths.resource, held);
  if (contract.refresh === undefined) return { held, expired };
  const outcome = await refresh(probe, held);
  judge(probe, outcome);
  return { held: outcome.held ?? (await signInAgain(probe, 'more')), expired };
}

/** Whether the server refreshes an access token only until it expires. */
function judge(probe: Probe, outcome: Outcome): void {
  const isRefused = outcome.held === null;
  const isDeclared = probe.contract.refreshesLiveTokensOnly === true;
  const base = { id: 'refresh.afterExpiry', topic: 'refresh', label: 'after the expiry' } as const;
  const isRight = isRefused === isDeclared;
  const mark = isRight ? 'right' : isRefused ? 'wrong' : 'warning';
  const result = isRefused ? showAnswer(answerOf(probe, outcome)) : 'possible';
  find(probe, { ...base, mark, result });
  if (isRight) return;
  probe.notes.changes.refreshesLiveTokensOnly = isRefused;
  report(probe, {
    ...{
      level: isRefused ? 'error' : 'warning',
      id: base.id,
      where: 'refreshesLiveTokensOnly',
      isApplied: true,
    },
    message: isRefused
      ? 'The server refreshes a token only until it expires. Add `refreshesLiveTokensOnly: true`.'
      : 'The server refreshes an expired token too: leave out `refreshesLiveTokensOnly`.',
  });
}
