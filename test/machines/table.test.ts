import { describe, expect, test } from 'vitest';
import { expectations, momentExpectations, type Expectation } from './cells.ts';
import { eventTypes } from './events.ts';
import { leaves, nameOf } from './leaves.ts';
import { moments } from './moments.ts';
import { stateNodes, transitions } from './walk.ts';
import { eventIn, sessionBefore, step, type SessionSnapshot, type Step } from './worlds.ts';

const titleOf = ({ leaf, circumstance, outcome }: Expectation) =>
  `in ${leaf}, ${circumstance}: ${outcome === 'notes' ? 'stays, and notes it' : outcome}`;

/** A state that is entered again restarts its timers and actors. An event after which it stays has no effect. */
function expectOutcome({ leaf, outcome }: Expectation, before: SessionSnapshot, after: Step) {
  expect(after.name).toBe(outcome === 'stays' || outcome === 'notes' ? leaf : outcome);
  const isSame = { context: after.context, isIdle: after.actions.length === 0 };
  if (outcome === 'stays') expect(isSame).toEqual({ context: before.context, isIdle: true });
  if (outcome === 'notes') expect(isSame).not.toEqual({ context: before.context, isIdle: true });
}

describe.each(eventTypes)('%s', (type) => {
  const rows = expectations.filter((expectation) => expectation.type === type);

  test.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    const before = sessionBefore(row.leaf, row.type, row.circumstance);
    expectOutcome(row, before, step(before, eventIn(row.type, row.circumstance)));
  });
});

describe.each(Object.keys(moments))('%s', (type) => {
  const rows = momentExpectations.filter((expectation) => expectation.type === type);

  test.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    const before = sessionBefore(row.leaf, row.type, row.circumstance);
    expectOutcome(row, before, step(before, { type, error: new Error('broken') }));
  });
});

describe('the table', () => {
  test('has a cell for every event in every state', () => {
    const asked = expectations.filter(({ circumstance }) => circumstance === 'otherwise');
    expect(asked).toHaveLength(leaves.length * eventTypes.length);
  });

  test('contains every state of the chart', () => {
    // A session leaves these at once.
    const atoms = stateNodes
      .filter(({ type, key }) => type === 'atomic' && !['starting', 'failed', 'refused'].includes(key))
      .map(({ path }) => path.filter((key) => key !== 'signedIn').join('.'));
    expect([...leaves].sort()).toEqual(atoms.sort());
  });

  test('contains every timer and every actor of the chart', () => {
    const own = new Set(transitions.map(({ type }) => type).filter((type) => type.startsWith('xstate.')));
    expect(Object.keys(moments).sort()).toEqual([...own].sort());
  });

  test.each(leaves)('%s is the state that it names', (leaf) => {
    expect(nameOf(sessionBefore(leaf, '').value)).toBe(leaf);
  });
});
