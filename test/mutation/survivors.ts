import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { compile } from '../typescript.ts';
import type { Mutant } from './report.ts';

/** A mutant, with the file that it changes. */
export interface Placed extends Mutant {
  readonly path: string;
  readonly source: string;
}

const configured = ts.readConfigFile('tsconfig.json', (name) => ts.sys.readFile(name));
const { options } = ts.parseJsonConfigFileContent(configured.config, ts.sys, process.cwd());

/** Whether its file compiles with the mutant. */
export const compiles = (mutant: Placed): boolean =>
  compile({ files: new Map([[resolve(mutant.path), mutated(mutant)]]), options }).length === 0;

/**
 * Whether a test of the folder fails with the mutant, in a new process: for code that runs while a module is loaded, which the
 * tests that share a process have loaded already.
 */
export function failsInNewProcess(mutant: Placed, tests: string): boolean {
  copy ??= makeCopy();
  if (!checked.has(tests) && !pass(copy, tests)) throw new Error(`${tests} fails without a mutant`);
  checked.add(tests);
  const file = join(copy, mutant.path);
  writeFileSync(file, mutated(mutant));
  const passes = pass(copy, tests);
  writeFileSync(file, mutant.source);
  return !passes;
}

let copy: string | null = null;

/** The folders whose tests pass in the copy as it is. */
const checked = new Set<string>();

/** Copies what the tests need. */
function makeCopy(): string {
  const to = resolve('.cache/mutation/copy');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const isSource = (path: string) => !/node_modules|\.cache|dist/.test(relative('.', path));
  for (const part of ['machines', 'src', 'test', 'scripts', 'docs', 'package.json', 'tsconfig.json'])
    cpSync(part, join(to, part), { recursive: true, filter: isSource });
  symlinkSync(resolve('node_modules'), join(to, 'node_modules'));
  return to;
}

function pass(cwd: string, tests: string): boolean {
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const run = ['run', '--config', 'test/mutation/copy.config.ts', tests];
  return spawnSync(process.execPath, [vitest, ...run], { cwd }).status === 0;
}

/** The text of the file with the mutant in it. */
function mutated({ source, location: { start, end }, replacement = '' }: Placed): string {
  const lines = source.split('\n');
  const offset = ({ line, column }: typeof start) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  return `${source.slice(0, offset(start))}${replacement}${source.slice(offset(end))}`;
}
