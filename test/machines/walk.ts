import type { ActorLogic, AnyEventObject, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import {
  longestDelay,
  serverVerdicts,
  sessionMachine,
  type SessionEvent,
  type SessionInput,
} from '../../machines/index.ts';
import { now } from './circumstances.ts';
import { events } from './events.ts';
import { moments } from './moments.ts';
import { nameOf } from './leaves.ts';
import type { SessionSnapshot } from './worlds.ts';

const machine: AnyStateMachine = sessionMachine;

/** A later time, after the end of a cooldown and before the end of longer pauses. */
const later = now + 6_000;

const lifetimes = [
  { expiresAt: now + 60_000, dueAt: now + 50_000 },
  { expiresAt: now + 60_000, dueAt: now + 5_000 },
  { expiresAt: now + 10_000, dueAt: now },
  { expiresAt: now, dueAt: now },
  { expiresAt: null, dueAt: null },
  { expiresAt: now + longestDelay + 60_000, dueAt: now + longestDelay + 50_000 },
];

const verdicts: readonly SessionEvent[] = serverVerdicts.flatMap((verdict) => [
  events[`server.${verdict}`],
  { ...events[`server.${verdict}`], at: later, retryAfter: 30_000 },
]);

const timers = Object.keys(moments).map((type): AnyEventObject => ({ type, error: new Error('broken') }));

/** Enough events to take every transition: each type, with several tokens and times. */
const everyEvent: readonly (SessionEvent | AnyEventObject)[] = [
  ...Object.values(events),
  ...verdicts,
  ...lifetimes.map((lifetime) => ({ ...events['store.restored'], ...lifetime })),
  { ...events['grant.stored'], expiresAt: now, dueAt: now },
  { ...events['peer.adopted'], sessionId: 'two' },
  { ...events['login.failed'], failure: { ...events['login.failed'].failure, verdict: 'sessionRevoked' } },
  { ...events['clock.woke'], dueAt: now },
  { ...events['session.refresh'], at: later },
  { ...events['network.online'], at: later },
  { ...events['server.unavailable'], status: null },
  { ...events['peer.refreshFailed'], status: null },
  { ...events['peer.refreshFailed'], at: later, failedAt: later, retryAt: later + 1_000 },
];

/** A timer that is not armed and an actor that does not run cannot send events. */
function isPossible(snapshot: SessionSnapshot, { type }: AnyEventObject): boolean {
  const error = /^xstate\.error\.actor\.(.+)$/.exec(type);
  if (error !== null) return Object.keys(snapshot.children).includes(error[1] ?? '');
  return snapshot._nodes.some(({ id }) => type.endsWith(`.${id}`));
}

/** The events that a session can receive in this state. */
export const eventsFor = (snapshot: SessionSnapshot): readonly AnyEventObject[] => [
  ...everyEvent,
  ...timers.filter((event) => isPossible(snapshot, event)),
];

/** A key that is the same for two sessions if every event affects them in the same way. */
export function serializeState({ value, context, children }: SessionSnapshot): string {
  const { sessionId, generation, expiresAt, dueAt, online, attempt, failure } = context;
  const name = nameOf(value);
  return JSON.stringify([
    name,
    sessionId,
    generation,
    distance(expiresAt),
    distance(dueAt),
    dueAt === null ? 'unknown' : dueAt - context.now > longestDelay,
    online,
    distance(context.cooldownUntil),
    distance(context.retryAt),
    distance(context.retryFrom),
    context.retryIsAsked,
    // Each refresh and each logout counts its attempts anew.
    /^(?:refreshing|loggedOut)\./.test(name) && name !== 'loggedOut.idle' && attempt,
    name.startsWith('anonymous.restoring.') && failure !== null,
    context.stepUp !== null && [context.isChallenged, 'authenticator' in children],
  ]);
}

/** Which periods are not over yet, at each of the two times. */
const distance = (time: number | null) => (time === null ? 'unknown' : [time > now, time > later]);

/** The chart for a walk: it takes timers and broken actors as events, and records the transitions. */
export function recordedChart() {
  const taken = new Set<AnyTransitionDefinition>();
  const logic: ActorLogic<SessionSnapshot, AnyEventObject, SessionInput> = {
    transition(snapshot, event, scope) {
      const watch = scope.system.inspect((inspected) => {
        if (inspected.type !== '@xstate.microstep') return;
        for (const transition of inspected._transitions) taken.add(transition);
      });
      const next: SessionSnapshot = machine.transition(snapshot, event, scope);
      watch.unsubscribe();
      return next;
    },
    getInitialSnapshot: (scope, input) => machine.getInitialSnapshot(scope, input),
    getPersistedSnapshot: (snapshot) => machine.getPersistedSnapshot(snapshot),
  };
  return { logic, taken };
}

export const stateNodes = [machine.root, ...getStateNodes(sessionMachine)];

interface Written {
  readonly name: string;
  /** The type of its event. Empty for a transition without an event. */
  readonly type: string;
  readonly definition: AnyTransitionDefinition;
}

/** Every transition in the chart, with a name. */
export const transitions: readonly Written[] = stateNodes.flatMap((node) =>
  [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map((definition): Written => ({
    name: nameOfTransition(definition),
    type: String(definition.eventType),
    definition,
  })),
);

function nameOfTransition({ source, eventType, guard, target }: AnyTransitionDefinition): string {
  const condition = guard === undefined ? '' : ` [${guardName(guard)}]`;
  const ends = target?.map(({ id }) => id).join(', ') ?? 'stays';
  return `${source.id} on ${String(eventType) || 'always'}${condition} to ${ends}`;
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  return typeof guard === 'object' && guard !== null && 'type' in guard ? String(guard.type) : 'a guard';
}
