import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, run } from './installPackages.ts';

/**
 * Tests with packages that are not among the repository's own dependencies: the servers of docs/backends.md in test/servers,
 * the frameworks of docs/web-servers.md in test/frameworks, and the libraries of docs/moving in test/moving. Each is
 * installed in its own folder. The first argument is the folder of all; the others select some of them. Default is all.
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

for (const name of names) installPackages(join(folder, name));
const paths = names.map((name) => `${folder}/${name}/`);
run('npx', ['vitest', 'run', '--config', `${folder}/vitest.config.ts`, ...paths]);
