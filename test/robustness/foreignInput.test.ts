import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { createSession, type Grant } from '../../src/index.ts';
import { isJson } from '../../src/server/readJson.ts';

const root = join(import.meta.dirname, '..', '..');

/** The regular expressions of a source file, as they are written. */
function expressionsOf(file: string): string[] {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = readFileSync(join(root, file), 'utf8');
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, kind);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** Matches a repeated group that contains a repetition: its time can double with each character. */
const nested = /\([^()]*[*+}][^()]*\)[*+{]/;

const expressions = globSync('{src,machines}/**/*.{ts,tsx}', { cwd: root }).flatMap(expressionsOf);

test('No regular expression contains a nested repetition', () => {
  expect(expressions.length).toBeGreaterThan(10);
  expect(expressions.filter((expression) => nested.test(expression))).toEqual([]);
  // The check recognises an expression that once took seconds for 197 bytes.
  expect(nested.test(String.raw`/^(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)*<html/`)).toBe(true);
});

/** The literal texts in an expression, which match its first part. */
function wordsOf(expression: string): string[] {
  return ['', ...(expression.replaceAll(/\\./g, ' ').match(/[\w ,.;:#<"=-]+/g) ?? [])];
}

/** The processor time of this process in milliseconds, which does not pass while a busy machine runs other processes. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Whether the time of an expression grows with the square of a text that repeats one piece and does not match. */
function isQuadratic(expression: string): boolean {
  const end = expression.lastIndexOf('/');
  const pattern = new RegExp(expression.slice(1, end), expression.slice(end + 1).replaceAll(/[gy]/g, ''));
  const words = wordsOf(expression);
  const takesLong = (text: string) => {
    const start = processorTime();
    pattern.test(text);
    return processorTime() - start > 10;
  };
  for (const piece of [
    ...words,
    ' ',
    'a',
    '0',
    '/',
    ';',
    ',',
    '.',
    '-',
    ':',
    '=',
    '"',
    '<',
    '&',
    '\\',
    '\n',
  ]) {
    for (const word of words) {
      const text = `${word}${piece.repeat(6_000 / Math.max(1, piece.length))}\0`;
      // A linear expression takes a hundredth of the limit. A garbage collection rarely comes four times in a row.
      if (takesLong(text) && takesLong(text) && takesLong(text) && takesLong(text)) return true;
    }
  }
  return false;
}

test('The time of each regular expression is proportional to the text', () => {
  expect(expressions.filter(isQuadratic)).toEqual([]);
  // The check recognises an unanchored repetition, two that overlap, and two after a word.
  const samples = [String.raw`/\s+$/`, String.raw`/^\s*,?\s*;/`, String.raw`/^Bearer +(\S+)?[^;]* $/i`];
  expect(samples.filter(isQuadratic)).toEqual(samples);
});

async function timeOf(task: () => unknown): Promise<number> {
  const start = processorTime();
  await task();
  return processorTime() - start;
}

async function login(body: string): Promise<void> {
  using session = createSession({
    baseUrl: 'https://api.example.com/',
    server: { login: ({ http }) => http.post<Grant>('login').json() },
    ky: { fetch: () => Promise.resolve(new Response(body, { headers: { 'content-type': 'text/plain' } })) },
  });
  await session.login({}).catch(() => undefined);
}

describe('The time to read a response is proportional to its size', () => {
  test.each<[string, number, (size: number) => unknown]>([
    ['comments before a page', 13, (size) => login(`${'<!---->'.repeat(size)}x`)],
    ['many comments', 500, (size) => login(`${'<!---->'.repeat(size)}x`)],
    ['comments that never end', 1_000, (size) => login('<!--'.repeat(size))],
    ['declarations that never end', 1_000, (size) => login('<?xml '.repeat(size))],
    ['spaces', 4_000, (size) => login(' '.repeat(size))],
    ['a content type of slashes', 4_000, (size) => isJson(new Headers({ 'content-type': '/'.repeat(size) }))],
    [
      'a content type of dots',
      4_000,
      (size) => isJson(new Headers({ 'content-type': `a/${'.'.repeat(size)}` })),
    ],
  ])('with %s', async (_name, size, read) => {
    await read(size);
    const small = await timeOf(() => read(size));
    const large = await timeOf(() => read(size === 13 ? 28 : size * 16));

    // Sixteen times the size, times four, plus a quarter of a second for garbage collections.
    expect(large).toBeLessThan(64 * small + 250);
  });
});
