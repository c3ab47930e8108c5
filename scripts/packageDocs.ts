import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { writtenPages } from './docs/sourcePages.ts';

/**
 * Writes the guides and the reference into dist/docs, for the npm package: without pictures and demos, and without the links and
 * commands that work only in the repository. Pages about the repository itself stay there.
 */
const root = join(import.meta.dirname, '..');

const repositoryPages = new Set([
  'index.md',
  'why.md',
  'examples.md',
  'guarantees.md',
  'faults.md',
  'simulation.md',
  'benchmarks.md',
  'transitions.md',
  'design.md',
]);

const packedPages = (): readonly string[] => writtenPages().filter((page) => !repositoryPages.has(page));

/** The text of a page as it is in the package. A link that the package cannot resolve becomes its text. */
export function packagePage(page: string, text: string, pages: ReadonlySet<string>): string {
  const isPacked = (link: string): boolean =>
    /^(?:https?:|#)/.test(link) || pages.has(posix.join(posix.dirname(page), link.replace(/#.*/, '')));
  return text
    .replaceAll(/<!-- site\n[^]*?-->\n\n?/g, '')
    .replaceAll(/<!-- repository -->\n[^]*?<!-- \/repository -->\n\n?/g, '')
    .replaceAll(/<!-- repository -->[^]*?<!-- \/repository -->/g, '')
    .replaceAll(/<!-- \/?not on the site -->\n\n?/g, '')
    .replaceAll(/^!\[[^\]]*\]\([^)]*\)\n\n?/gm, '')
    .replaceAll(
      /\[([^\]]+)\]\(((?:[\w./-]+\.md|\.{1,2}\/|#)[^)\s]*)\)/g,
      (link, words: string, target: string) => (isPacked(target) ? link : words),
    );
}

export function writePackageDocs(dist: string): void {
  const docs = join(dist, 'docs');
  rmSync(docs, { recursive: true, force: true });
  const pages = new Set(packedPages());
  for (const page of pages) {
    const file = join(docs, page);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, packagePage(page, readFileSync(join(root, 'docs', page), 'utf8'), pages));
  }
}

if (import.meta.main) writePackageDocs(join(root, 'dist'));
