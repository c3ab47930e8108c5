/**
 * Installs complete browsers for the tests on Debian: as root with `apt-get install`, otherwise unpacked below
 * `node_modules/.cache`. If neither is possible, it prints a warning, and the tests that need them are skipped.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingBrowsers, unpackedBrowsers, type WholeBrowser } from './wholeBrowsers.ts';

const packages = { Chromium: 'chromium', Firefox: 'firefox-esr' } as const;
const programs = {
  Chromium: 'usr/lib/chromium/chromium',
  Firefox: 'usr/lib/firefox-esr/firefox-esr',
} as const;

const run = (command: string, given: readonly string[], cwd?: string): string =>
  execFileSync(command, given, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

function installAsRoot(missing: readonly WholeBrowser[]): void {
  run('apt-get', ['update', '-qq']);
  const wanted = missing.map(({ name }) => packages[name]);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted]);
}

/** The package and its missing dependencies. */
function packagesFor(wanted: string): readonly string[] {
  const plan = run('apt-get', ['install', '--simulate', '--no-install-recommends', wanted]);
  return [...new Set([wanted, ...[...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name)])];
}

function unpack({ name }: WholeBrowser): void {
  const root = join(unpackedBrowsers, 'root');
  const downloads = join(unpackedBrowsers, 'downloads');
  mkdirSync(root, { recursive: true });
  mkdirSync(downloads, { recursive: true });
  run('apt-get', ['download', '-qq', ...packagesFor(packages[name])], downloads);
  for (const file of readdirSync(downloads)) run('dpkg', ['-x', join(downloads, file), root]);
  rmSync(downloads, { recursive: true });
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu/nss']
    .map((folder) => join(root, folder))
    .join(':');
  const program = join(unpackedBrowsers, name.toLowerCase());
  writeFileSync(
    program,
    `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${join(root, programs[name])}' "$@"\n`,
  );
  chmodSync(program, 0o755);
}

const missing = missingBrowsers();
try {
  if (missing.length > 0 && process.getuid?.() === 0) installAsRoot(missing);
  else for (const browser of missing) unpack(browser);
} catch (error) {
  console.warn(error instanceof Error ? error.message : error);
}
for (const { name, variable } of missingBrowsers()) {
  console.warn(`No complete ${name} was found: set \`${variable}\`, or its tests are skipped`);
}
