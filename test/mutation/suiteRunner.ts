import { readFileSync } from 'node:fs';
import { isFound, type Report } from './report.ts';

/** A test runner for Stryker, as much of it as this one uses. */
interface Runner {
  mutantRun(options: { readonly activeMutant: { readonly id: string } }): Promise<unknown>;
}

interface RunnerPlugin {
  readonly kind: string;
  readonly factory: ((injector: unknown) => Runner) & { readonly inject: readonly string[] };
}

// A package of this folder, which is installed when the command runs.
const name = '@stryker-mutator/vitest-runner';
const { strykerPlugins: plugins } = (await import(name)) as { strykerPlugins: readonly RunnerPlugin[] };

/** The mutants that the simulation has found, by their ids. They are not given to the tests again. */
function found(): ReadonlySet<string> {
  const report = JSON.parse(readFileSync(process.env['MUTATION_WORLDS_REPORT'] ?? '', 'utf8')) as Report;
  return new Set(
    Object.values(report.files).flatMap(({ mutants }) => mutants.filter(isFound).map(({ id }) => id)),
  );
}

function createRunner(injector: unknown): Runner {
  const [vitest] = plugins;
  if (vitest === undefined) throw new Error(`Expected a plugin in ${name}`);
  const runner = vitest.factory(injector);
  const known = found();
  const mutantRun = runner.mutantRun.bind(runner);
  return Object.assign(runner, {
    mutantRun: (options: Parameters<Runner['mutantRun']>[0]) =>
      known.has(options.activeMutant.id)
        ? Promise.resolve({ status: 'killed', killedBy: [], failureMessage: 'simulation', nrOfTests: 0 })
        : mutantRun(options),
  });
}

export const strykerPlugins = [
  { kind: 'TestRunner', name: 'suite', factory: Object.assign(createRunner, { inject: ['$injector'] }) },
];
