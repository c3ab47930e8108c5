import { passingVerdicts, type Stamp } from '../../machines/index.ts';
import { reportReduced } from '../platform/report.ts';
import { isAnswerFromElsewhere } from '../platform/redirects.ts';
import { readStepUp } from '../server/stepUp.ts';
import { mayRefuse, readVerdict } from '../server/verdict.ts';
import { whyEnded } from './decide.ts';
import { whyClosed, type RequestParts } from './sessionState.ts';
import type { PendingRequest } from './pendingRequest.ts';
import type { Sender } from './sender.ts';
import { createStepUpWait } from './stepUpWait.ts';
import type { SessionWait } from './waitForSession.ts';

/**
 * Reads the verdict of a response, and waits for new tokens if the verdict requires them. Returns whether to replay the
 * request.
 */
export type Judge = (
  pending: PendingRequest,
  response: Response,
  signal: AbortSignal | null,
) => false | Promise<boolean>;

/** The most replays of one request. */
const mostReplays = 2;

const passing: ReadonlySet<string> = new Set(passingVerdicts);

function shouldRepeat(
  server: RequestParts['settings']['server'],
  response: Response,
  { address }: PendingRequest,
): boolean {
  try {
    return server.shouldRepeat?.(response, address ?? response) === true;
  } catch (error) {
    reportReduced(error, 'server.shouldRepeat');
    return false;
  }
}

export function createJudge(
  parts: RequestParts,
  { wait, fail }: Pick<SessionWait, 'wait'> & Pick<Sender, 'fail'>,
): Judge {
  const { actor, settings, disposal } = parts;
  const { server, origins, environment, hold } = settings;
  const waitForStepUp = createStepUpWait({ actor, settings });

  /** Whether the user has signed in as the server asks, during the wait or while the request was in flight. */
  async function hasSteppedUp(
    pending: PendingRequest,
    { generation }: Stamp,
    signal: AbortSignal | null,
  ): Promise<boolean> {
    if (hold.whileStepUp === false) return false;
    const isOlder = actor.getSnapshot().context.generation > generation;
    const isDone = isOlder || (await waitForStepUp(signal));
    const ended = whyEnded(parts, pending);
    if (ended !== null) throw fail(pending, ended);
    return isDone;
  }

  async function judge(
    pending: PendingRequest,
    stamp: Stamp,
    response: Response,
    signal: AbortSignal | null,
  ): Promise<boolean> {
    if (isAnswerFromElsewhere(response, (origin) => origins.has(origin))) return false;
    const { verdict, code } = await readVerdict(server, response, environment.clock);
    // The machine would mistake the API's 429 and 503 for failures of its refresh.
    if (verdict === 'none' || verdict === 'rateLimited' || verdict === 'unavailable') return false;
    const closed = whyClosed(disposal, actor);
    if (closed !== null) throw fail(pending, closed);
    const { status } = response;
    const stepUp = verdict === 'stepUpRequired' && readStepUp(response.headers);
    const at = environment.clock.now();
    actor.send({ type: `server.${verdict}`, ...stamp, status, code, at, ...stepUp });
    if (
      passing.has(verdict) &&
      !(verdict === 'stepUpRequired' && (await hasSteppedUp(pending, stamp, signal)))
    )
      return false;
    const now = await wait(pending, signal);
    const isNewer = now !== null && (now.sessionId !== stamp.sessionId || now.generation > stamp.generation);
    if (!isNewer || pending.replays >= mostReplays) return false;
    pending.replays += 1;
    return true;
  }

  return (pending, response, signal) => {
    const { stamp } = pending;
    if (stamp === null) return false;
    if (server.shouldRepeat !== undefined) {
      pending.isRepeated = shouldRepeat(server, response, pending) && !pending.isRepeated;
      if (pending.isRepeated) return Promise.resolve(true);
    }
    return response.ok && !mayRefuse(server, response) ? false : judge(pending, stamp, response, signal);
  };
}
