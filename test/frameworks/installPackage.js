import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');

/** Installs the built package and its dependencies into an application, in the way of npm. */
export async function installPackage(application) {
  const place = join(application, 'node_modules', manifest.name);
  const dependencies = Object.keys(manifest.dependencies).map((name) => `node_modules/${name}`);
  for (const part of ['dist', 'package.json', ...dependencies])
    await cp(join(root, part), join(place, part), { recursive: true });
}
