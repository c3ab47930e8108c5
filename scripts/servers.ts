import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Installs the servers in test/servers and tests the contracts of docs/backends.md with them. Names of folders select
 * servers. Default is all.
 */
const folder = 'test/servers';
const all = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'contract.ts')));
const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. The servers are ${all.join(', ')}`);
const names = positionals.length > 0 ? positionals : all;

for (const name of names) {
  const place = join(folder, name);
  if (!isInstalled(place)) run('npm', ['ci', '--prefix', place, '--no-audit', '--no-fund']);
}
const paths = names.map((name) => `${folder}/${name}/`);
run('npx', ['vitest', 'run', '--config', `${folder}/vitest.config.ts`, ...paths]);

/** Whether the packages were installed after the lock file was written. A server without one comes from elsewhere. */
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
