import { describe, expect, test } from 'vitest';
import { expectations, momentExpectations, type Expectation } from './cells.ts';
import { differenceFrom } from './difference.ts';
import { eventTypes } from './events.ts';
import { leaves, nameOf } from './leaves.ts';
import { moments } from './moments.ts';
import { stateNodes, transitions } from './walk.ts';
import { sessionBefore } from './worlds.ts';

const titleOf = ({ leaf, circumstance, outcome }: Expectation) =>
  `in ${leaf}, ${circumstance}: ${outcome === 'notes' ? 'stays, and notes it' : outcome}`;

describe.each(eventTypes)('%s', (type) => {
  const rows = expectations.filter((expectation) => expectation.type === type);

  test.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    expect(differenceFrom(row)).toBeNull();
  });
});

describe.each(Object.keys(moments))('%s', (type) => {
  const rows = momentExpectations.filter((expectation) => expectation.type === type);

  test.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_, row) => {
    expect(differenceFrom(row)).toBeNull();
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
