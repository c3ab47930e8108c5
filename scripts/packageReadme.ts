import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The README of the npm package stands alone: a package has no pictures, and a registry does not resolve relative links.
 * `prepack` writes it in place of README.md (`node scripts/packageReadme.ts`), and `postpack` restores README.md
 * (`--restore`).
 */
const root = process.cwd();
const readme = join(root, 'README.md');
const saved = join(root, 'node_modules/.cache/sessionchart/README.md');

/** Removes what only the repository has, and names files instead of linking to them. */
export function packageReadme(text: string): string {
  return text
    .replaceAll(/<!-- repository -->\n[^]*?<!-- \/repository -->\n\n?/g, '')
    .replaceAll(/<!--[^]*?-->\n\n?/g, '')
    .replaceAll(/\[([^\]]+)\]\((?!https?:|#)(?:\.\/)?docs\/([^)#]+)(?:#[^)]*)?\)/g, '$1 (`$2`)')
    .replace(
      /^## Documentation\n/m,
      '## Documentation\n\nThe files named in this text are in the package: `node_modules/sessionchart/dist/docs`.\n',
    );
}

async function write(): Promise<void> {
  const text = await readFile(readme, 'utf8');
  await mkdir(dirname(saved), { recursive: true });
  await writeFile(saved, text);
  await writeFile(readme, packageReadme(text));
}

/** A README.md that was changed since is kept. */
async function restore(): Promise<void> {
  if (!existsSync(saved)) return;
  const text = await readFile(saved, 'utf8');
  if ((await readFile(readme, 'utf8')) === packageReadme(text)) await writeFile(readme, text);
  await rm(saved);
}

if (import.meta.main) {
  // A run that was interrupted has not restored README.md.
  await restore();
  if (!process.argv.includes('--restore')) await write();
}
