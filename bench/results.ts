import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.ts';

const path = join(import.meta.dirname, 'results.json');

/** The figures of one part, and when and with what they were measured. */
export interface Result {
  /** As `2026-11-28`. */
  readonly date: string;
  readonly node: string;
  readonly figures: readonly Figure[];
}

export type Results = Readonly<Record<string, Result>>;

export const readResults = (): Results =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : {};

export function saveResults(part: string, figures: readonly Figure[]): void {
  const result: Result = { date: new Date().toISOString().slice(0, 10), node: process.version, figures };
  writeFileSync(path, `${JSON.stringify({ ...readResults(), [part]: result }, null, 2)}\n`);
}
