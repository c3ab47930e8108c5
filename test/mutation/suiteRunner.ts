import { spawn } from 'node:child_process';
import { openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Line } from './suiteLog.ts';

const log = process.env['MUTATION_LOG'] ?? '';

/** If the tests report nothing for this time, the mutant that they were tried with hangs, in milliseconds. */
const longestSilence = 180_000;

interface MutantRun {
  readonly activeMutant: { readonly id: string };
}

function readLog(): Line[] {
  const lines = readFileSync(log, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

const append = (line: Line) => {
  writeFileSync(log, `${JSON.stringify(line)}\n`, { flag: 'a' });
};

/** Runs the tests of the folder. Resolves with the exit code, or with `null` if they hang. */
async function runTests(): Promise<number | null> {
  const vitest = 'node_modules/vitest/vitest.mjs';
  const parameters = [vitest, 'run', '--config', 'test/mutation/vitest.config.ts'];
  const output = openSync(`${log}.txt`, 'w');
  const child = spawn(process.execPath, parameters, {
    env: { ...process.env, NODE_ENV: 'test' },
    stdio: ['ignore', output, output],
  });
  const started = Date.now();
  const watch = setInterval(() => {
    if (Date.now() - Math.max(started, statSync(log).mtimeMs) > longestSilence) child.kill('SIGKILL');
  }, 1_000);
  try {
    return await new Promise((resolve) => child.once('exit', resolve));
  } finally {
    clearInterval(watch);
  }
}

/** Runs all tests with all mutants, and again without the mutant that made them hang. */
async function tryAll(): Promise<void> {
  writeFileSync(log, '');
  while ((await runTests()) === null) {
    const last = readLog().at(-1);
    if (last === undefined || !('trying' in last)) throw new Error('The tests hang without a mutant');
    append({ mutant: last.trying, foundBy: 'a hang' });
  }
}

/** The names of the tests that have found the mutants, by the ids of the mutants. */
const finders = new Map<string, string>();

/** A test runner for Stryker. The mutants are tried in the dry run; after it, their results are known. */
const suiteRunner = {
  // True, so that Stryker keeps the process. A mutant of code that runs while a module is loaded is left to the simulation.
  capabilities: () => ({ reloadEnvironment: true }),

  async dryRun() {
    await tryAll();
    const lines = readLog();
    for (const line of lines)
      if ('mutant' in line && line.foundBy !== null) finders.set(line.mutant, line.foundBy);
    const tests = lines.filter((line) => 'test' in line);
    // A mutant that a test reaches too has been tried with it.
    const loaded = lines.find((line) => 'static' in line)?.static ?? {};
    return {
      status: 'complete',
      tests: tests.map(({ test, duration }, id) => ({
        id: String(id),
        name: test,
        timeSpentMs: duration,
        status: 0,
      })),
      mutantCoverage: {
        static: Object.fromEntries(
          Object.entries(loaded).filter(([id]) => !tests.some(({ hits }) => id in hits)),
        ),
        perTest: Object.fromEntries(tests.map(({ hits }, id) => [String(id), hits])),
      },
    };
  },

  mutantRun({ activeMutant: { id } }: MutantRun) {
    const failureMessage = finders.get(id);
    return Promise.resolve(
      failureMessage === undefined
        ? { status: 'survived', nrOfTests: 1 }
        : { status: 'killed', killedBy: [], nrOfTests: 1, failureMessage },
    );
  },
};

export const strykerPlugins = [{ kind: 'TestRunner', name: 'suite', value: suiteRunner }];
