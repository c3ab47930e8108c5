import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Installs the packages of a folder, unless they were installed after its lock file was written. */
export function install(folder: string): void {
  const lock = join(folder, 'package-lock.json');
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts'];
  // The standard output is for figures.
  const { status } = spawnSync('npm', ['ci', '--prefix', folder, ...flags], {
    stdio: ['inherit', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}
