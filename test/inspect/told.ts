import type { StatelyInspectionEvent } from '@statelyai/inspect';
import type { Session } from 'sessionchart';
import { sessionMachine } from 'sessionchart/machine';
import { nameOf } from '../machines/leaves.ts';

/** The data that an inspector needs to draw the chart and its state. */
export type Told = readonly StatelyInspectionEvent[];

/** The names of the session's states, in the order in which the inspector received them. */
export function statesTold(messages: Told): string[] {
  const states = messages.flatMap((message) => {
    if (message.type !== '@xstate.snapshot' || message.sessionId !== message.rootId) return [];
    return 'value' in message.snapshot ? [nameOf(message.snapshot.value as string)] : [];
  });
  return withoutRepeats(states);
}

/** The states that a session went through. */
export function statesOf({ history }: Pick<Session, 'history'>): string[] {
  return withoutRepeats(history().map(({ to }) => to));
}

const withoutRepeats = (states: readonly string[]) =>
  states.filter((state, index) => state !== states[index - 1]);

/** The chart that came with the session's actor. */
export function chartTold(messages: Told): unknown {
  const actor = messages.find((message) => message.type === '@xstate.actor' && message.name === 'session');
  return actor !== undefined && 'definition' in actor ? JSON.parse(actor.definition ?? 'null') : null;
}

/** The chart as it is written, with functions reduced to their names. */
export function chartWritten(): unknown {
  const text = JSON.stringify(sessionMachine.config, (_, value: unknown) =>
    typeof value === 'function' ? { type: value.name } : value,
  );
  return JSON.parse(text);
}
