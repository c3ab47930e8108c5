import type { RequestStep } from '../../index.ts';

/** A request as far as it has come. */
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

/** A while that a request waits, or that an attempt is with the server; or the moment at which it is refused. */
export interface RequestPhase {
  readonly kind: 'held' | 'sent' | 'refused';
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** `null` while it lasts. */
  readonly to: number | null;
  readonly status: number | null;
}

/** As many requests as are kept. */
const mostRequests = 50;

/** Adds a step to the log; the oldest requests fall out of it. */
export function addStep(log: readonly LoggedRequest[], step: RequestStep): readonly LoggedRequest[] {
  const known = log.find(({ id }) => id === step.id);
  // What was under way before anybody looked shows when it is sent next, if it is.
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

/** What has become of it: `held`, `in flight`, `answered` or `failed`. */
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
