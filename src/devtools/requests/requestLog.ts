import type { RequestStep } from '../../observe/index.ts';

/** A request and its phases so far. */
export interface LoggedRequest {
  readonly id: number;
  readonly purpose: RequestStep['purpose'];
  readonly method: string;
  readonly url: string;
  readonly attempt: number;
  readonly phases: readonly RequestPhase[];
  /** Why it failed: `ERR_SESSION_EXPIRED`, `AbortError`. */
  readonly failure: string | null;
}

/** A period in which the request waits or is at the server, or the moment at which it is refused. */
export interface RequestPhase {
  readonly kind: 'held' | 'sent' | 'refused';
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** `null` while the phase lasts. */
  readonly to: number | null;
  readonly status: number | null;
}

/** The number of requests to keep. */
const mostRequests = 50;

/** Adds a step to the log, and drops the oldest requests. */
export function addStep(log: readonly LoggedRequest[], step: RequestStep): readonly LoggedRequest[] {
  const known = log.find(({ id }) => id === step.id);
  // A request that was in flight before the recording began appears only if it is sent again.
  if (known === undefined && step.type === 'request.answered') return log;
  if (known === undefined) return [...log, takeStep(begin(step), step)].slice(-mostRequests);
  return log.map((request) => (request === known ? takeStep(request, step) : request));
}

const begin = ({ id, purpose, method, url, attempt }: RequestStep): LoggedRequest => ({
  id,
  purpose,
  method,
  url,
  attempt,
  phases: [],
  failure: null,
});

function takeStep(request: LoggedRequest, { type, at, attempt, status, code }: RequestStep): LoggedRequest {
  const closed = request.phases.map((phase) => (phase.to === null ? { ...phase, to: at, status } : phase));
  if (type === 'request.answered') return { ...request, attempt, phases: closed };
  if (type === 'request.failed') {
    const refused: RequestPhase = { kind: 'refused', from: at, to: at, status: null };
    return { ...request, attempt, phases: closed.length === 0 ? [refused] : closed, failure: code };
  }
  const kind = type === 'request.held' ? 'held' : 'sent';
  return { ...request, attempt, phases: [...closed, { kind, from: at, to: null, status: null }] };
}

/** The state of a request: `held`, `in flight`, `answered` or `failed`. */
export function stateOf({ phases, failure }: LoggedRequest): 'held' | 'in flight' | 'answered' | 'failed' {
  const last = phases.at(-1);
  if (last?.to === null) return last.kind === 'held' ? 'held' : 'in flight';
  return failure === null ? 'answered' : 'failed';
}

/** Milliseconds from its first step to its last, or to now. */
export function durationOf({ phases }: LoggedRequest, now: number): number {
  const [first] = phases;
  return first === undefined ? 0 : Math.max(0, (phases.at(-1)?.to ?? now) - first.from);
}
