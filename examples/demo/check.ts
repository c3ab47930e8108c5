import { isDeepStrictEqual } from 'node:util';
import { calls, type Figures, type Result } from './run.ts';
import type { Server } from './servers.ts';

/** The server refuses each call once; the call waits for the refresh and is replayed. */
const expected: Figures = {
  answered: calls,
  requests: 2 * calls,
  refused: calls,
  refreshes: 1,
  replays: calls,
};

/** Describes every figure that differs from the expected one. */
export function findFaults({ dialect, outcome }: Server, result: Result): readonly string[] {
  const wanted: Readonly<Record<string, unknown>> = { ...expected, ...outcome };
  const found: Readonly<Record<string, unknown>> = { ...result.figures, ...result.outcome };
  return Object.keys(wanted)
    .filter((name) => !isDeepStrictEqual(found[name], wanted[name]))
    .map((name) => `${dialect}: expected ${name} to be ${show(wanted[name])}, got ${show(found[name])}`);
}

function show(value: unknown): string {
  return Array.isArray(value) ? value.join(' → ') : String(value);
}
