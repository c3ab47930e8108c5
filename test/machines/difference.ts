import { isDeepStrictEqual } from 'node:util';
import { expectations, momentExpectations, type Expectation } from './cells.ts';
import { isEventType } from './events.ts';
import { leaves, tagsOf } from './leaves.ts';
import { stateNodes, transitions } from './walk.ts';
import { eventIn, sessionBefore, sessionIn, step } from './worlds.ts';

/**
 * Returns how the chart differs from a row of the table, or `null`. A state that is entered again restarts its timers and actors.
 * An event after which it stays has no effect.
 */
export function differenceFrom({ leaf, type, circumstance, outcome }: Expectation): string | null {
  const before = sessionBefore(leaf, type, circumstance);
  const event = isEventType(type) ? eventIn(type, circumstance) : { type, error: new Error('broken') };
  const { name, context, actions } = step(before, event);
  const expected = outcome === 'stays' || outcome === 'notes' ? leaf : outcome;
  if (name !== expected) return `enters ${name}, not ${expected}`;
  const hasEffect = actions.length > 0 || !isDeepStrictEqual(context, before.context);
  if (outcome === 'stays' && hasEffect) return 'has an effect';
  return outcome === 'notes' && !hasEffect ? 'has no effect' : null;
}

/** The states and transitions without a description. */
export const undescribed = (): readonly string[] => [
  ...stateNodes.filter(({ description }) => !isSentence(description)).map(({ id }) => id),
  ...transitions.filter(({ definition }) => !isSentence(definition.description)).map(({ name }) => name),
];

const isSentence = (text: string | undefined) => text?.endsWith('.') === true;

/** The leaves whose tags are not those of `tagsOf`. */
export const wronglyTagged = (): readonly string[] =>
  leaves.filter((leaf) => !isDeepStrictEqual([...sessionIn(leaf).tags].sort(), tagsOf[leaf]));

/** Returns the first difference between the chart and what its tests expect, or `null`, without a test runner. */
export function findDifference(): string | null {
  for (const row of [...expectations, ...momentExpectations]) {
    const difference = differenceFrom(row);
    if (difference !== null) return `${row.type} in ${row.leaf}, ${row.circumstance}: ${difference}`;
  }
  const [tagged] = wronglyTagged();
  if (tagged !== undefined) return `${tagged} has other tags`;
  const [first] = undescribed();
  return first === undefined ? null : `${first} has no description`;
}
