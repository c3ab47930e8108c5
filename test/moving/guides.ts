import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Snippet, snippetsOf, typecheck } from '../docs/snippets.ts';

const root = join(import.meta.dirname, '../..');

/** The code that a guide shows from before the move, or for after it. */
export type Side = 'before' | 'after';

/** The files of one side, by name: a block ` ```ts before/auth.ts ` is the file `auth.ts` of `before`. */
export function filesOf(guide: string, side: Side): ReadonlyMap<string, string> {
  return new Map(blocksOf(guide, side).map(({ name = '', code }) => [name.slice(side.length + 1), code]));
}

/** The only file of one side. */
export function codeOf(guide: string, side: Side): string {
  const [file, ...others] = filesOf(guide, side).values();
  if (file === undefined || others.length > 0) throw new Error(`docs/moving/${guide}.md has not one ${side}`);
  return file;
}

/** The errors of the compiler for both sides, with the packages of a folder. */
export function errorsOf(guide: string, folder: string): string[] {
  return (['before', 'after'] as const).flatMap((side) => typecheck(blocksOf(guide, side), folder));
}

/** The cells of a guide's table of differences, by the first cell of the row. */
export function differencesIn(guide: string): Readonly<Record<string, Readonly<Record<Side, string>>>> {
  const rows = readFileSync(join(root, `docs/moving/${guide}.md`), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(
    rows.map(([, title = '', before = '', after = '']) => [title, { before, after }] as const),
  );
}

const blocksOf = (guide: string, side: Side): Snippet[] =>
  snippetsOf(`docs/moving/${guide}.md`).filter(({ name }) => name?.startsWith(`${side}/`) === true);
