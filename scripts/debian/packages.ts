import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const run = (command: string, given: readonly string[], cwd?: string): string =>
  execFileSync(command, given, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** The packages and their missing dependencies. */
function withDependencies(wanted: readonly string[]): readonly string[] {
  const plan = run('apt-get', ['install', '--simulate', '--no-install-recommends', ...wanted]);
  return [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
}

/** Downloads the packages, with a new list of packages if the list is missing or too old. */
function download(wanted: readonly string[], into: string): void {
  try {
    run('apt-get', ['download', '-qq', ...withDependencies(wanted)], into);
  } catch {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['download', '-qq', ...withDependencies(wanted)], into);
  }
}

export interface Unpacking {
  readonly packages: readonly string[];
  /** The programs to make available in the folder, and their arguments. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
}

/**
 * Unpacks packages of Debian into a folder, which needs no root, and puts a script for each program into it. Unpacks next to the
 * destination and then renames, so that an interruption leaves no partial copy.
 *
 * @throws {Error} a package cannot be downloaded, for example on another system
 */
export function unpackPackages(folder: string, { packages, programs }: Unpacking): void {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  const libraries = join(folder, 'usr', 'lib', 'x86_64-linux-gnu');
  try {
    download(packages, draft);
    for (const file of readdirSync(draft)) run('dpkg', ['-x', join(draft, file), draft]);
    for (const [name, given] of Object.entries(programs)) {
      if (!existsSync(join(draft, 'usr', 'bin', name))) continue;
      const command = [join(folder, 'usr', 'bin', name), ...given].map((word) => `'${word}'`).join(' ');
      writeFileSync(join(draft, name), `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec ${command} "$@"\n`);
      chmodSync(join(draft, name), 0o755);
    }
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    throw error;
  }
}

/** The path of the first of the programs that is on the `PATH` or unpacked in the folder, or `null`. */
export function findProgram(names: readonly string[], unpacked: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), unpacked];
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}
