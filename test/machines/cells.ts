import { statuses, type SessionStatus } from '../../machines/index.ts';
import { circumstanceOf, isCircumstance, type CircumstanceName } from './circumstances.ts';
import { eventTypes, type EventType } from './events.ts';
import { leaves, type Leaf } from './leaves.ts';
import { moments } from './moments.ts';
import type { Cell, Outcome } from './outcomes.ts';
import { table } from './table.ts';

/** One expectation of the table. */
export interface Expectation<Type extends string = string> {
  readonly leaf: Leaf;
  readonly type: Type;
  readonly circumstance: CircumstanceName;
  readonly outcome: Outcome;
}

/** The leaves inside one of the five states. */
export const leavesOf = (status: SessionStatus): readonly Leaf[] =>
  leaves.filter((leaf) => leaf.startsWith(`${status}.`));

/** The circumstances of a cell, with the outcome under each. */
export function casesOf(cell: Cell): readonly (readonly [CircumstanceName, Outcome])[] {
  if (typeof cell === 'string') return [['otherwise', cell]];
  return Object.entries(cell.cases).flatMap(([name, outcome]) =>
    isCircumstance(name) ? [[name, outcome] as const] : [],
  );
}

/** The cell for an event in a leaf. */
export function cellFor(type: EventType, status: SessionStatus, leaf: Leaf): Cell {
  const column: Cell | Readonly<Record<string, Cell>> = table[type][status];
  if (isCell(column)) return column;
  const cell = column[leaf.slice(status.length + 1)];
  if (cell === undefined) throw new Error(`The table has no cell for \`${type}\` in \`${leaf}\``);
  return cell;
}

function isCell(column: Cell | Readonly<Record<string, Cell>>): column is Cell {
  return typeof column === 'string' || 'cases' in column;
}

/** All cells of the table, with one row for each circumstance that is possible in the state. */
export const expectations: readonly Expectation<EventType>[] = eventTypes.flatMap((type) =>
  statuses.flatMap((status) =>
    leavesOf(status).flatMap((leaf) => expectationsOf(leaf, type, cellFor(type, status, leaf))),
  ),
);

export const momentExpectations: readonly Expectation[] = Object.entries(moments).flatMap(([type, cells]) =>
  leaves.flatMap((leaf) => {
    const cell = cells[leaf];
    return cell === undefined ? [] : expectationsOf(leaf, type, cell);
  }),
);

function expectationsOf<Type extends string>(leaf: Leaf, type: Type, cell: Cell): Expectation<Type>[] {
  return casesOf(cell)
    .filter(([circumstance]) => !(circumstanceOf(circumstance).never ?? []).includes(leaf))
    .map(([circumstance, outcome]) => ({ leaf, type, circumstance, outcome }));
}
