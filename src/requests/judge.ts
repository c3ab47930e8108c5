import { passingVerdicts } from '../../machines/index.ts';
import { isAnswerFromElsewhere } from '../platform/redirects.ts';
import { judgeAnswer, mayRefuse } from '../server/verdict.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import { whyClosed, type RequestParts } from './sessionState.ts';
import type { PendingRequest } from './pendingRequest.ts';
import type { Sender } from './sender.ts';
import type { SessionWait } from './waitForSession.ts';

/** Whether to send a request again. */
export type Outcome = 'done' | 'replay';

/** Reads the verdict of a response, and waits for new tokens if the verdict requires them. */
export type Judge = (
  pending: PendingRequest,
  response: Response,
  signal: AbortSignal | null,
) => 'done' | Promise<Outcome>;

/** The most replays of one request. */
const mostReplays = 2;

const passing: ReadonlySet<string> = new Set(passingVerdicts);

export function createJudge<User, Login>(
  { settings, disposal }: Pick<RequestParts<User, Login>, 'settings' | 'disposal'>,
  actor: SessionActor,
  { wait, fail }: Pick<SessionWait, 'wait'> & Pick<Sender, 'fail'>,
): Judge {
  const { server, origins, environment } = settings;

  async function judge(
    pending: PendingRequest,
    response: Response,
    signal: AbortSignal | null,
  ): Promise<Outcome> {
    const { stamp } = pending;
    if (stamp === null || isAnswerFromElsewhere(response, (origin) => origins.has(origin))) return 'done';
    const { verdict, code } = await judgeAnswer(server, response, environment.clock);
    // The machine would mistake the API's 429 and 503 for failures of its refresh.
    if (verdict === 'none' || verdict === 'rateLimited' || verdict === 'unavailable') return 'done';
    const closed = whyClosed(disposal, actor);
    if (closed !== null) throw fail(pending, closed);
    const { status } = response;
    actor.send({ type: `server.${verdict}`, ...stamp, status, code, at: environment.clock.now() });
    if (passing.has(verdict)) return 'done';
    const now = await wait(pending, signal);
    const isNewer = now !== null && (now.sessionId !== stamp.sessionId || now.generation > stamp.generation);
    if (!isNewer || pending.replays >= mostReplays) return 'done';
    pending.replays += 1;
    return 'replay';
  }

  return (pending, response, signal) =>
    pending.stamp === null || (response.ok && !mayRefuse(server, response))
      ? 'done'
      : judge(pending, response, signal);
}
