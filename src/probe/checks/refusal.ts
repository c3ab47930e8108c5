import { endingVerdicts, refreshTokenVerdicts } from '../../../machines/index.ts';
import type { Verdict } from '../../server/contract.ts';
import type { Outcome } from '../client/client.ts';
import type { Topic } from '../report/findings.ts';
import { answerOf, mapCode, showAnswer } from './codes.ts';
import { find, report, type Probe } from './probeParts.ts';

/** A refresh that the server has refused, as it should. */
export interface Refusal {
  readonly id: string;
  readonly topic: Topic;
  readonly label: string;
  readonly outcome: Outcome;
  /** The verdict to add if the contract gives none that ends the session. */
  readonly verdict: Verdict;
  /** What the session does otherwise. */
  readonly effect: string;
}

/** Whether a refresh with this verdict ends the session. */
export const isEnd = (verdict: Verdict): boolean =>
  [...refreshTokenVerdicts, ...endingVerdicts].some((known) => known === verdict);

/** Checks that the session notices that its refresh token is worth nothing. */
export function judgeRefusal(probe: Probe, { id, topic, label, outcome, verdict, effect }: Refusal): void {
  const answer = answerOf(probe, outcome);
  const isRight = isEnd(answer.verdict);
  find(probe, { id, topic, label, answer, mark: isRight ? 'right' : 'wrong', result: showAnswer(answer) });
  if (isRight) return;
  const { errorCodes } = probe.notes.changes.refresh;
  const entry = mapCode(probe, { outcome, verdict, unlike: [] }, errorCodes);
  const message = `${effect} Add ${entry ?? 'the code of that response'}.`;
  report(probe, { level: 'error', id, where: 'refresh.errorCodes', isApplied: entry !== null, message });
}
