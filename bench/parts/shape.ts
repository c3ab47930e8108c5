import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Part } from '../figure.ts';

const root = join(import.meta.dirname, '..', '..');

interface Body {
  readonly place: string;
  readonly lines: number;
}

/** Returns every function with a body in braces, and its number of lines. */
function functionsOf(file: string): readonly Body[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: Body[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && ts.isBlock(node.body)) {
      const first = lineOf(node.getStart(source));
      found.push({ place: `${file}:${first}`, lines: lineOf(node.end) - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const percentile = (sorted: readonly Body[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]?.lines ?? Number.NaN;

/** The sizes of the units that a reader of the code has to understand. */
const part: Part = () => {
  const files = globSync('{src,machines}/**/*.{ts,tsx}', { cwd: root });
  const functions = files.flatMap(functionsOf).toSorted((a, b) => a.lines - b.lines);
  const longest = functions.toReversed().slice(0, 10);
  console.error(
    `The longest functions: ${longest.map(({ place, lines }) => `${place} (${lines})`).join(', ')}.`,
  );
  const chart = readFileSync(join(root, 'machines/session.ts'), 'utf8').trimEnd().split('\n').length;
  return [
    { name: 'function length, median', value: percentile(functions, 0.5), unit: 'lines' },
    {
      name: 'function length, 90th percentile',
      value: percentile(functions, 0.9),
      unit: 'lines',
      budget: 20,
    },
    { name: 'function length, maximum', value: percentile(functions, 1), unit: 'lines', budget: 60 },
    {
      name: 'entries at the top of src',
      value: readdirSync(join(root, 'src')).length,
      unit: 'entries',
      budget: 14,
    },
    { name: 'machines/session.ts', value: chart, unit: 'lines', budget: 700 },
  ];
};

export default part;
