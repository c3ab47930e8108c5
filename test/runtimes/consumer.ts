import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');

const programs = ['smoke.js', 'main.js', 'worker.js', 'edge.js', 'files.js'];

/** A folder outside the repository with the built package and the programs that use it. */
export interface Consumer extends AsyncDisposable {
  readonly folder: string;
}

/** Installs the built package and its dependencies, as a package manager would. */
export async function installPackage(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'sessionchart-runtimes-'));
  const installed = join(folder, 'node_modules/sessionchart');
  await mkdir(installed, { recursive: true });
  await cp(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  await cp(join(root, 'package.json'), join(installed, 'package.json'));
  for (const name of [...Object.keys(manifest.dependencies), 'ky', 'xstate'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', dependencies: { sessionchart: '*' } }),
  );
  for (const name of programs) await cp(join(import.meta.dirname, name), join(folder, name));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
