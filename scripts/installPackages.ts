import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Installs the packages of a folder that has a lock file of its own, unless they are installed already. */
export function installPackages(place: string): void {
  if (!isInstalled(place)) run('npm', ['ci', '--prefix', place, '--no-audit', '--no-fund']);
}

/** Runs a command and ends this process with its exit code if the command fails. */
export function run(command: string, parameters: readonly string[]): void {
  const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether the packages were installed after the lock file was written. A place without one is installed elsewhere. */
function isInstalled(place: string): boolean {
  const lock = join(place, 'package-lock.json');
  if (!existsSync(lock)) return true;
  const installed = join(place, 'node_modules/.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}
