import {
  initialTransition,
  transition,
  type AnyEventObject,
  type AnyStateMachine,
  type SnapshotFrom,
} from 'xstate';
import {
  sessionMachine,
  type SessionContext,
  type SessionEvent,
  type SessionInput,
  type SessionMachine,
} from '../../machines/index.ts';
import { circumstanceOf, current, now, type CircumstanceName } from './circumstances.ts';
import { events, type EventType } from './events.ts';
import { nameOf, valueOf, type Leaf } from './leaves.ts';

export type SessionSnapshot = SnapshotFrom<SessionMachine>;

export const input: SessionInput = {
  attempts: 4,
  cooldown: 5_000,
  proactive: true,
  canRefresh: true,
  canRevoke: true,
  holdsStepUp: true,
  refreshesLiveTokensOnly: false,
  online: true,
  visible: true,
};

const [first] = initialTransition(sessionMachine, input);

const reason = { type: 'session.logout', code: null, status: null, answerLost: false } as const;

/** The context of a session, unless a circumstance changes it. */
function contextIn(leaf: Leaf): SessionContext {
  const { context } = first;
  if (leaf.startsWith('anonymous.')) return context;
  const session = { ...context, ...current, now };
  if (leaf.startsWith('expired.') || leaf.startsWith('loggedOut.')) return { ...session, reason };
  if (leaf === 'authenticated.fresh') return { ...session, expiresAt: now + 60_000, dueAt: now + 50_000 };
  const due = { ...session, dueAt: now };
  if (leaf === 'authenticated.due.deferred') return { ...due, expiresAt: now + 10_000 };
  return { ...due, expiresAt: now - 1, online: leaf !== 'refreshing.offline' };
}

/** The actors that run in a state. */
function actorsIn(leaf: Leaf): SessionSnapshot['children'] {
  const running = (from: Leaf, event: SessionEvent) => {
    const snapshot = sessionMachine.resolveState({ value: valueOf(from), context: contextIn(from) });
    return transition(sessionMachine, snapshot, event)[0].children;
  };
  if (leaf.startsWith('anonymous.restoring.')) return first.children;
  if (leaf.endsWith('.challenged.signingIn'))
    return running('anonymous.challenged.idle', events['session.login']);
  if (leaf.endsWith('.signingIn')) return running('anonymous.idle', events['session.login']);
  if (leaf === 'loggedOut.revoking') return running('authenticated.fresh', events['session.logout']);
  if (leaf.startsWith('refreshing.')) return running('authenticated.fresh', events['session.refresh']);
  return {};
}

/** A session in a state. */
export function sessionIn(leaf: Leaf, context: Partial<SessionContext> = {}): SessionSnapshot {
  return {
    ...sessionMachine.resolveState({
      value: valueOf(leaf),
      context: { ...contextIn(leaf), ...context },
    }),
    children: actorsIn(leaf),
  };
}

/** The session that receives an event of the table. */
export function sessionBefore(
  leaf: Leaf,
  type: string,
  circumstance: CircumstanceName = 'otherwise',
): SessionSnapshot {
  return sessionIn(leaf, {
    ...(type === 'network.online' && { online: false }),
    ...(type === 'stepUp.cancelled' && { stepUp: { acrValues: 'gold', maxAge: null } }),
    ...(type === 'limit.extended' && { ending: { reason: 'idle', endsAt: now + 60_000 } }),
    ...(type === 'page.shown' && { visible: false }),
    ...circumstanceOf(circumstance).context,
  });
}

export function eventIn(type: EventType, circumstance: CircumstanceName = 'otherwise'): SessionEvent {
  return { ...events[type], ...circumstanceOf(circumstance).event };
}

/** One action of a step. */
export interface Done {
  readonly type: string;
  readonly params: unknown;
}

export interface Step {
  readonly name: string;
  readonly context: SessionContext;
  /** The actions of a step: the machine's own ones, timers, and events for its actors. */
  readonly actions: readonly Done[];
  /** The emitted events. */
  readonly emitted: readonly unknown[];
}

/** Makes one pure step. Timers and broken actors are events too: `xstate.after.…`, `xstate.error.actor.…`. */
export function step(before: SessionSnapshot, event: SessionEvent | AnyEventObject): Step {
  const [after, done]: readonly [SessionSnapshot, readonly Done[]] = transition<AnyStateMachine>(
    sessionMachine,
    before,
    event,
  );
  return {
    name: nameOf(after.value),
    context: after.context,
    actions: done,
    emitted: done.filter(({ type }) => type === 'xstate.emit').map(({ params }) => eventFrom(params)),
  };
}

/** Whether a step starts an attempt of the refresher. */
export function startsAttempt({ actions }: Step): boolean {
  return actions.some(
    ({ type, params }) => type === 'xstate.sendTo' && typeOf(eventFrom(params)) === 'attempt.start',
  );
}

/** The timers that a step starts, in milliseconds, by the name of the delay. */
export function timersOf({ actions }: Pick<Step, 'actions'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    actions
      .filter(({ type }) => type === 'xstate.raise')
      .map(({ params }) => [typeOf(eventFrom(params))?.split('.')[2] ?? '', fieldOf(params, 'delay')]),
  );
}

const eventFrom = (params: unknown): unknown => fieldOf(params, 'event');

function typeOf(event: unknown): string | undefined {
  const type = fieldOf(event, 'type');
  return typeof type === 'string' ? type : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return field;
}
