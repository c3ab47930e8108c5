import { appendFileSync, readFileSync } from 'node:fs';
import { TestRunner, vi, type RunnerTestCase } from 'vitest';
import type { Line } from './suiteLog.ts';

/** The object through which Stryker's instrumented sources learn which mutant is active. */
interface Control {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

/** A test that has passed, and which mutants it reaches. */
interface Passed {
  readonly name: string;
  readonly file: string;
  /** Its file and line, which variants of one test (`test.each`) share. */
  readonly place: string;
  readonly run: () => unknown;
  readonly hits: Readonly<Record<string, number>>;
  /** In milliseconds. */
  readonly duration: number;
  /** The number of mutants that it has found. */
  found: number;
  /** Whether it cannot be run again. */
  isSpent: boolean;
}

/** A mutant is tried with two variants of one test, and with more of a short one, up to this time in total, in milliseconds. */
const longestVariants = 2_000;

/** A mutant is tried with tests that take so long in total, in milliseconds. */
const longestSearch = Number(process.env['MUTATION_SEARCH'] ?? 20_000);

/** The real time, also in a test that replaces it. */
const now = performance.now.bind(performance);
const { setTimeout: schedule } = globalThis;

/** Names what runs while no test does, such as the end of a session that a test has left. */
const between = 'between';

const control: Control = { mutantCoverage: { static: {}, perTest: {} } };
Object.assign(globalThis, { __stryker__: control });

const passed: Passed[] = [];
/** The tests that have found mutants, the last one first. */
const finders: Passed[] = [];

const log = process.env['MUTATION_LOG'] ?? '';

function write(line: Line): void {
  appendFileSync(log, `${JSON.stringify(line)}\n`);
}

/**
 * Runs the tests as they are, and in the last file (`mutants.ts`) each mutant with the tests that reach it, until one
 * fails. All of that happens in one process: loading the modules for each mutant would take longer than the tests.
 */
export default class MutantRunner extends TestRunner {
  onBeforeCollect(): void {
    control.currentTestId = undefined;
  }

  onBeforeRunFiles(): void {
    control.currentTestId = between;
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    if (test.file.name.endsWith('mutants.ts')) return tryMutants();
    const run: () => unknown = TestRunner.getTestFn(test);
    const hits: Record<string, number> = (control.mutantCoverage.perTest[test.id] = {});
    const start = now();
    control.currentTestId = test.id;
    await run();
    control.currentTestId = between;
    const duration = now() - start;
    const { name, file, location } = test;
    write({ test: `${file.name} ${name}`, duration, hits: { ...hits } });
    const place = `${file.name}:${location?.line ?? name}`;
    passed.push({ name, file: file.name, place, run, hits: { ...hits }, duration, found: 0, isSpent: false });
    return undefined;
  }
}

async function tryMutants(): Promise<void> {
  write({ static: control.mutantCoverage.static });
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((text) => text !== '');
  const known = new Set(
    lines.map((text) => JSON.parse(text) as Line).flatMap((line) => ('mutant' in line ? [line.mutant] : [])),
  );
  const ids = new Set(passed.flatMap(({ hits }) => Object.keys(hits)));
  for (const id of [...ids].sort((a, b) => Number(a) - Number(b))) {
    if (known.has(id)) continue;
    write({ trying: id });
    write({ mutant: id, foundBy: await finderOf(id) });
  }
}

/** Returns the name of the test that finds a mutant, or `null`. */
async function finderOf(id: string): Promise<string | null> {
  let spent = 0;
  for (const test of inOrder(passed.filter(({ hits }) => id in hits))) {
    if (test.isSpent || spent + test.duration > longestSearch) continue;
    spent += test.duration;
    const outcome = await outcomeOf(test.run, id, 1_000 + 100 * (test.hits[id] ?? 0));
    if (outcome === 'passed') continue;
    // A mutant may leave something behind that fails the test without it. Then the test shows nothing any more.
    test.isSpent = (await outcomeOf(test.run)) === 'failed';
    if (test.isSpent) continue;
    test.found += 1;
    finders.splice(0, Infinity, test, ...finders.filter((finder) => finder !== test));
    return test.name;
  }
  return null;
}

/**
 * The tests that have just found the mutants beside this one come first. Then one of each file, another one of each, and so on,
 * with those first that have found the most in the least time.
 */
function inOrder(tests: readonly Passed[]): readonly Passed[] {
  const worth = ({ found, duration }: Passed) => (1 + found) / (20 + duration);
  const recent = finders.slice(0, 6);
  const variants = new Map<string, { count: number; duration: number }>();
  const turns = new Map<string, number>();
  const isTried = ({ place, duration }: Passed): boolean => {
    const before = variants.get(place) ?? { count: 0, duration: 0 };
    variants.set(place, { count: before.count + 1, duration: before.duration + duration });
    return before.count < 2 || before.duration < longestVariants;
  };
  const turnOf = (test: Passed): number => {
    const index = recent.indexOf(test);
    if (index >= 0) return index - recent.length;
    const turn = turns.get(test.file) ?? 0;
    turns.set(test.file, turn + 1);
    return turn;
  };
  return tests
    .toSorted((a, b) => worth(b) - worth(a))
    .filter(isTried)
    .map((test) => ({ test, turn: turnOf(test) }))
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ test }) => test);
}

/** A test that takes longer with a mutant has found it, in milliseconds. */
const timeout = 5_000;

async function outcomeOf(
  run: () => unknown,
  activeMutant?: string,
  hitLimit?: number,
): Promise<'passed' | 'failed'> {
  Object.assign(control, { activeMutant, hitLimit, hitCount: 0 });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = schedule(() => reject(new Error('The test takes too long')), timeout);
    });
    await Promise.race([run(), late]);
    return (control.hitCount ?? 0) > (hitLimit ?? Infinity) ? 'failed' : 'passed';
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
    Object.assign(control, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    // For Vitest, all of these runs are one test, so `onTestFinished` does not restore them after each.
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }
}
