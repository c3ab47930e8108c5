import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Tests with packages that are too large for the repository's own dependencies: the servers of docs/backends.md in
 * test/servers, and the frameworks of docs/web-servers.md in test/frameworks. Each is installed in its own folder. The first
 * argument is the folder of all; the others select some of them. Default is all.
 */
const {
  positionals: [folder = '', ...chosen],
} = parseArgs({ allowPositionals: true });
const all = readdirSync(folder).filter((name) =>
  ['package.json', 'contract.ts'].some((file) => existsSync(join(folder, name, file))),
);
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. There are ${all.join(', ')}`);
const names = chosen.length > 0 ? chosen : all;

for (const name of names) {
  const place = join(folder, name);
  if (!isInstalled(place)) run('npm', ['ci', '--prefix', place, '--no-audit', '--no-fund']);
}
const paths = names.map((name) => `${folder}/${name}/`);
run('npx', ['vitest', 'run', '--config', `${folder}/vitest.config.ts`, ...paths]);

/** Whether the packages were installed after the lock file was written. A place without one is installed elsewhere. */
function isInstalled(place: string): boolean {
  const lock = join(place, 'package-lock.json');
  if (!existsSync(lock)) return true;
  const installed = join(place, 'node_modules/.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

function run(command: string, parameters: readonly string[]): void {
  const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
