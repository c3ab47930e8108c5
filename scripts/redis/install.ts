/**
 * Makes sure that there is a Redis for the tests: unpacks Debian's package below `node_modules/.cache`, which needs no root,
 * unless a server is installed. If that is impossible, it prints a warning, and the tests that need Redis are skipped.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findRedis, unpackedRedis } from './redisServer.ts';

const run = (command: string, given: readonly string[], cwd?: string): string =>
  execFileSync(command, given, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** The package of the server and its missing dependencies. */
function packages(): readonly string[] {
  const plan = run('apt-get', ['install', '--simulate', '--no-install-recommends', 'redis-server']);
  return [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
}

/** Downloads the packages, with a new list of packages if the list is missing or too old. */
function download(into: string): void {
  try {
    run('apt-get', ['download', '-qq', ...packages()], into);
  } catch {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['download', '-qq', ...packages()], into);
  }
}

/** Unpacks next to the destination and then renames, so that an interruption leaves no partial copy. */
function unpack(): void {
  mkdirSync(dirname(unpackedRedis), { recursive: true });
  const draft = mkdtempSync(`${unpackedRedis}-`);
  try {
    download(draft);
    for (const file of readdirSync(draft)) run('dpkg', ['-x', join(draft, file), draft]);
    const program = join(draft, 'redis-server');
    const libraries = join(unpackedRedis, 'usr', 'lib', 'x86_64-linux-gnu');
    const server = join(unpackedRedis, 'usr', 'bin', 'redis-server');
    writeFileSync(program, `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${server}' "$@"\n`);
    chmodSync(program, 0o755);
    renameSync(draft, unpackedRedis);
  } catch (error) {
    rmSync(draft, { recursive: true });
    throw error;
  }
}

/** Runs before the tests, and as `npm run redis`. */
export default function install(): void {
  if (findRedis() !== null) return;
  try {
    unpack();
  } catch (error) {
    console.warn(error instanceof Error ? error.message : error);
    console.warn('No Redis was found: set `REDIS_SERVER` to a `redis-server`, or its tests are skipped');
  }
}

if (import.meta.main) install();
