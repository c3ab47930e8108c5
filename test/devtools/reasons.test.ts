import { expect, test } from 'vitest';
import { describeReason } from '../../src/devtools/chart/transitions.ts';
import { transitions } from '../machines/walk.ts';

/** The reason that a transition sets if it ends a session. */
function reasonOf(type: string, actions: readonly unknown[]): string | null {
  const giving = actions.find((action) => typeName(action) === 'setReason');
  if (typeof giving !== 'object' || giving === null) return null;
  return 'params' in giving ? (typeName(giving.params) ?? type) : type;
}

const typeName = (named: unknown): string | null =>
  typeof named === 'object' && named !== null && 'type' in named ? String(named.type) : null;

const endings = transitions.flatMap(({ name, type, definition }) => {
  const reason = reasonOf(type, definition.actions);
  return reason === null ? [] : [[reason, name, definition.description] as const];
});

test.each(endings)('the reason %s has the description of %s', (reason, _, description) => {
  expect(describeReason(reason)).toBe(description);
});
