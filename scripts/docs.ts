import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { races, type RaceName } from '../docs/demos/races/races.ts';
import { runRace, type Played } from '../docs/demos/races/runRace.ts';
import { sourceAddress, sourcePages } from './docs/sourcePages.ts';
import { installPackages, run } from './installPackages.ts';

/**
 * Builds the documentation site into docs/.vitepress/dist (`build`), or serves it while you write (`dev`). Installs the
 * packages of docs/package.json first, and generates the pages that are made from the sources: the reference of the API, the
 * files to which the documents link, and the ends of the demos.
 */
const docs = join(import.meta.dirname, '..', 'docs');
const { argv } = process;
const command = argv[2] ?? 'build';

console.log('Makes the pages of the site and the reference of the API, which takes a few minutes.');
installPackages(docs);
await writeRaces();
await writeSourcePages();
if (!argv.includes('--without-api'))
  runInDocs('typedoc/bin/typedoc', ['--options', join(docs, 'typedoc.js'), '--logLevel', 'Warn']);
runInDocs('vitepress/bin/vitepress.js', [
  command,
  docs,
  ...argv.slice(3).filter((word) => word !== '--without-api'),
]);

function runInDocs(script: string, parameters: readonly string[]): void {
  run(process.execPath, [join(docs, 'node_modules', script), ...parameters]);
}

/** How each race ends, which the page shows before its demo runs. */
async function writeRaces(): Promise<void> {
  const ends: Partial<Record<RaceName, Played>> = {};
  for (const name of Object.keys(races) as RaceName[]) ends[name] = await runRace(name);
  await mkdir(join(docs, 'generated'), { recursive: true });
  await writeFile(join(docs, 'generated/races.json'), JSON.stringify(ends));
}

async function writeSourcePages(): Promise<void> {
  await rm(join(docs, 'source'), { recursive: true, force: true });
  for (const { path, markdown } of sourcePages()) {
    const file = join(docs, `${sourceAddress(path)}.md`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, markdown);
  }
}
