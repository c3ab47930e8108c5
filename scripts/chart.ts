import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { makeLayout } from './chart/layout.ts';
import { drawChart } from './chart/picture.ts';
import { drawOverview } from './chart/overview.ts';
import { describeTransitions } from './chart/transitions.ts';

/** A file that is generated from the machine, completely or in part. */
export interface MadeFile {
  readonly name: string;
  /** Its current contents, or `null` if it does not exist. */
  readonly found: string | null;
  /** The expected contents. */
  readonly expected: string;
}

const root = new URL('../', import.meta.url);

/**
 * The diagram in docs/chart.md between its markers, the tables of docs/transitions.md, the drawing of the devtools, and the
 * picture of the five states.
 */
export async function madeFiles(): Promise<readonly MadeFile[]> {
  const chart = await read('docs/chart.md');
  const tables = await read('docs/transitions.md');
  const layout = 'src/devtools/chart/layout.ts';
  return [
    { name: 'docs/chart.md', found: chart, expected: putPicture(chart ?? '') },
    { name: 'docs/transitions.md', found: tables, expected: await makeTables() },
    { name: layout, found: await read(layout), expected: await makeLayout(new URL(layout, root)) },
    ...(await overviews()),
  ];
}

export const isStale = ({ found, expected }: MadeFile): boolean => found !== expected;

/** Replaces the text between the markers. A text without markers is not changed. */
export function putPicture(text: string): string {
  const picture = `\`\`\`mermaid\n${drawChart()}\n\`\`\``;
  return text.replace(
    /(<!-- chart -->\n)[^]*?(<!-- \/chart -->)/,
    (_, opening: string, closing: string) => `${opening}\n${picture}\n\n${closing}`,
  );
}

async function overviews(): Promise<readonly MadeFile[]> {
  const files = (['light', 'dark'] as const).map(async (scheme) => {
    const name = `docs/images/states-${scheme}.svg`;
    return { name, found: await read(name), expected: drawOverview(scheme) };
  });
  return Promise.all(files);
}

async function makeTables(): Promise<string> {
  const path = new URL('docs/transitions.md', root);
  return format(describeTransitions(), { ...(await resolveConfig(path)), parser: 'markdown' });
}

async function read(name: string): Promise<string | null> {
  try {
    return await readFile(new URL(name, root), 'utf8');
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const stale = (await madeFiles()).filter(isStale);
  if (process.argv.includes('--check')) {
    for (const { name } of stale) console.error(`${name} is stale: run \`npm run chart\``);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    for (const { name, expected } of stale) {
      await writeFile(new URL(name, root), expected);
      console.log(`${name} written`);
    }
  }
}
