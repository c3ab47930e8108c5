import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const run = (command: string, given: readonly string[], cwd?: string): string =>
  execFileSync(command, given, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Downloads packages and their missing dependencies. */
function downloadWith(options: readonly string[], wanted: readonly string[], into: string): void {
  const plan = run('apt-get', [...options, 'install', '--simulate', '--no-install-recommends', ...wanted]);
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
  run('apt-get', [...options, 'download', '-qq', ...names], into);
}

/** Creates new lists of Debian's packages and backports in a folder, which needs no root, and returns the options for them. */
function createLists(folder: string): readonly string[] {
  const [, release] = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  const source =
    'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian';
  const [sources, lists] = [join(folder, 'sources.list'), join(folder, 'lists')];
  writeFileSync(sources, `${source} ${release} main\n${source} ${release}-backports main\n`);
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': lists,
    'Dir::Cache': join(folder, 'cache'),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  run('apt-get', [...options, 'update', '-qq']);
  return options;
}

/** Downloads with the lists of the system, or with new ones if those are missing, too old or without a package. */
function download(wanted: readonly string[], into: string): void {
  try {
    downloadWith([], wanted, into);
  } catch {
    const folder = mkdtempSync(join(tmpdir(), 'package-lists-'));
    try {
      downloadWith(createLists(folder), wanted, into);
    } finally {
      rmSync(folder, { recursive: true });
    }
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
