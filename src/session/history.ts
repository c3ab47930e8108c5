import type { InspectionEvent, StateValue } from 'xstate';
import { stateName, type Failure } from '../../machines/index.ts';

/** A transition of the machine. It contains no secret, since the machine has none. */
export interface HistoryEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The cause: an event such as `server.refreshTokenExpired`, or a timer such as `after refreshDue`. */
  readonly event: string;
  /** The state before, such as `authenticated.fresh`. */
  readonly from: string;
  readonly to: string;
  /** The server's code and status, if a response caused the transition. For an event `limit.…`: which limit. */
  readonly code: string | number | null;
  readonly status: number | null;
  readonly sessionId: string | null;
  readonly generation: number;
}

export interface History {
  entries(this: void): readonly HistoryEntry[];
  /** Records an inspection event if it is a transition of the machine. */
  note(event: InspectionEvent): void;
}

/** The number of transitions to keep: enough to explain a sign-out. */
const mostEntries = 100;

/** Keeps the last transitions of a machine. */
export function createHistory(now: () => number): History {
  const entries: HistoryEntry[] = [];
  let from = '';
  return {
    entries: () => entries.slice(),
    note(inspected) {
      if (inspected.type !== '@xstate.snapshot' || inspected.actorRef.sessionId !== inspected.rootId) return;
      const { snapshot, event } = inspected;
      if (!isMachineSnapshot(snapshot)) return;
      const to = stateName(snapshot.value);
      const { sessionId, generation } = snapshot.context;
      const entry = {
        at: now(),
        event: causeOf(event.type),
        from,
        to,
        ...wordsOf(event),
        sessionId,
        generation,
      };
      if (to !== from || (/^(server|limit)\./.test(event.type) && !isRepeated(entries.at(-1), entry))) {
        entries.push(Object.freeze(entry));
        if (entries.length > mostEntries) entries.shift();
      }
      from = to;
    },
  };
}

/** Whether an entry repeats the last one: a thousand requests with the same expired token cause the same verdict each. */
function isRepeated(last: HistoryEntry | undefined, next: HistoryEntry): boolean {
  return (
    last?.event === next.event &&
    last.code === next.code &&
    last.generation === next.generation &&
    next.from === next.to
  );
}

/** Shortens XState's own names: `xstate.after.refreshDue.session…` becomes `after refreshDue`. */
function causeOf(type: string): string {
  if (type === 'xstate.init') return 'start';
  return type
    .replace(/^xstate\.after\.(\w+)\..*/, 'after $1')
    .replace(/^xstate\.error\.actor\.(\w+)/, '$1 broke');
}

interface Moved {
  readonly value: StateValue;
  readonly context: { readonly sessionId: string | null; readonly generation: number };
}

function isMachineSnapshot(snapshot: object): snapshot is Moved {
  return 'value' in snapshot && 'context' in snapshot;
}

function wordsOf(event: {
  readonly type: string;
  readonly [field: string]: unknown;
}): Pick<HistoryEntry, 'code' | 'status'> {
  const { failure, reason } = event;
  const { code = reason, status } = isFailure(failure) ? { ...failure, code: failure.serverCode } : event;
  return {
    code: typeof code === 'string' || typeof code === 'number' ? code : null,
    status: typeof status === 'number' ? status : null,
  };
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'serverCode' in value;
}
