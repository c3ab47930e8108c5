import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Difference from '../machines/difference.ts';
import type * as Play from '../../simulation/play.ts';
import type * as PlanOf from '../../simulation/world/plan.ts';
import { isFound, type Report } from './report.ts';

/** The object through which Stryker's instrumented sources learn which mutant is active. */
interface Switch {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: Coverage;
}

interface Coverage {
  static: Record<string, number>;
  perTest: Record<string, Record<string, number>>;
}

/** The part of Stryker's `MutantRunOptions` that this runner uses. */
interface MutantRun {
  readonly activeMutant: { readonly id: string };
  readonly testFilter?: readonly string[];
  readonly mutantActivation: 'runtime' | 'static';
}

const seed = 7;
const worlds = Number(process.env['MUTATION_WORLDS'] ?? 100);
const control: Switch = {};
Object.assign(globalThis, { __stryker__: control });

/** The mutants that the tests have found, by their ids. The simulation does not look for them again. */
function foundByTests(): ReadonlySet<string> {
  const report = JSON.parse(readFileSync(process.env['MUTATION_TESTS_REPORT'] ?? '', 'utf8')) as Report;
  return new Set(
    Object.values(report.files).flatMap(({ mutants }) => mutants.filter(isFound).map(({ id }) => id)),
  );
}

const known = foundByTests();

type Simulation = Pick<typeof Play, 'play'> & Pick<typeof PlanOf, 'planOf'>;
let loaded: Promise<Simulation> | null = null;

/** Loads the simulation of the sandbox, with its instrumented sources. */
async function load(): Promise<Simulation> {
  process.env['NODE_ENV'] = 'production';
  Error.stackTraceLimit = 0;
  const { play } = (await import(sandboxed('simulation/play.ts'))) as typeof Play;
  const { planOf } = (await import(sandboxed('simulation/world/plan.ts'))) as typeof PlanOf;
  return { play, planOf };
}

const sandboxed = (file: string) => pathToFileURL(join(process.cwd(), file)).href;

/** Compares the chart with the table of its tests. Returns the first difference, or `null`. */
async function differenceOfChart(): Promise<string | null> {
  try {
    const { findDifference } = (await import(sandboxed('test/machines/difference.ts'))) as typeof Difference;
    return findDifference();
  } catch (error) {
    return String(error);
  }
}

/** Plays a world. Returns the rule that it breaks, or `null`. */
async function brokenRule(index: number): Promise<string | null> {
  const { play, planOf } = await (loaded ??= load());
  try {
    const [violation] = (await play(planOf(seed, index))).violations;
    return violation === undefined ? null : `${violation.rule}: ${violation.what}`;
  } catch (error) {
    return String(error);
  }
}

/** A test runner for Stryker whose tests are worlds of the simulation. */
const worldsRunner = {
  // A mutant of code that runs while a module is loaded needs a new process.
  capabilities: () => ({ reloadEnvironment: false }),

  async dryRun() {
    const mutantCoverage: Coverage = { static: {}, perTest: {} };
    control.mutantCoverage = mutantCoverage;
    await (loaded ??= load());
    const tests = [];
    for (let index = 0; index < worlds; index += 1) {
      const id = String(index);
      control.currentTestId = id;
      const start = performance.now();
      const failureMessage = await brokenRule(index);
      tests.push({
        id,
        name: `world ${seed}:${index}`,
        timeSpentMs: performance.now() - start,
        ...(failureMessage === null ? { status: 0 } : { status: 1, failureMessage }),
      });
    }
    return { status: 'complete', tests, mutantCoverage };
  },

  async mutantRun({ activeMutant, testFilter, mutantActivation }: MutantRun) {
    if (known.has(activeMutant.id))
      return { status: 'killed', killedBy: [], failureMessage: 'tests', nrOfTests: 0 };
    if (mutantActivation === 'static') {
      control.activeMutant = activeMutant.id;
      const difference = await differenceOfChart();
      if (difference !== null)
        return { status: 'killed', killedBy: [], failureMessage: difference, nrOfTests: 0 };
    }
    await (loaded ??= load());
    const indexes = testFilter?.map(Number) ?? Array.from({ length: worlds }, (_, index) => index);
    let nrOfTests = 0;
    for (const index of indexes) {
      nrOfTests += 1;
      control.activeMutant = activeMutant.id;
      const failureMessage = await brokenRule(index);
      if (failureMessage === null) continue;
      if (mutantActivation === 'runtime') await expectClean(index);
      return { status: 'killed', killedBy: [String(index)], failureMessage, nrOfTests };
    }
    return { status: 'survived', nrOfTests };
  },
};

/** A mutant may leave something behind that breaks the worlds of the next. Stryker then tries again in a new process. */
async function expectClean(index: number): Promise<void> {
  control.activeMutant = undefined;
  const failure = await brokenRule(index);
  if (failure !== null) throw new Error(`World ${index} breaks a rule without a mutant: ${failure}`);
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'worlds', value: worldsRunner }];
