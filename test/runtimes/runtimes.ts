import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const binaries = join(here, '../../node_modules/.bin');

/** A runtime, and how it starts the smoke test. */
export interface Runtime {
  readonly name: string;
  readonly binary: string;
  /** Another binary that it needs. */
  readonly needs?: string;
  /** Additional output of its program. */
  readonly more?: { readonly later: readonly number[] };
  /** The arguments of the binary, which runs in the folder of the installed package. */
  readonly start: (folder: string, baseUrl: string) => readonly string[];
}

const main = (...options: string[]): Runtime['start'] => {
  return (_folder, baseUrl) => [...options, 'main.js', baseUrl];
};

/** A script of these tests that runs before the program. */
const before = (script: string): string => `--import=${pathToFileURL(join(here, script)).href}`;

/** A script of these tests that runs the program in a runtime without its own binary. */
const via = (script: string): Runtime['start'] => {
  return (folder, baseUrl) => [join(here, script), folder, baseUrl];
};

const nodeOf = (workspace: string) => join(here, workspace, 'node_modules/.bin/node');

export const runtimes: readonly Runtime[] = [
  { name: 'Node 22.12', binary: nodeOf('node22'), start: main() },
  { name: 'Node 24', binary: process.execPath, start: main() },
  { name: 'Node 26', binary: nodeOf('node26'), start: main() },
  {
    name: 'Deno',
    binary: join(binaries, 'deno'),
    start: main('run', '--allow-all', '--node-modules-dir=manual'),
  },
  { name: 'Bun', binary: join(binaries, 'bun'), start: main('run') },
  { name: 'Node with zone.js', binary: process.execPath, start: main(before('withZone.js')) },
  { name: 'Node with Bluebird', binary: process.execPath, start: main(before('withBluebird.js')) },
  { name: 'Node with a DOM (jsdom)', binary: process.execPath, start: main(before('withDom.js')) },
  {
    name: 'workerd (Cloudflare Workers)',
    binary: process.execPath,
    needs: join(binaries, 'workerd'),
    start: via('inWorkerd.ts'),
    more: { later: [200, 200, 200] },
  },
  { name: 'edge-runtime (Vercel)', binary: process.execPath, start: via('inEdgeRuntime.ts') },
];

/** Whether npm had the binaries for this machine. */
export const isInstalled = ({ binary, needs = binary }: Runtime): boolean =>
  [binary, needs].every((file) => spawnSync(file, ['--version']).status === 0);
