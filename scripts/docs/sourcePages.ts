import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, posix, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const docs = join(root, 'docs');

/** A page of the site that shows a file of the repository to which the documents link. */
export interface SourcePage {
  /** The file, from the root of the repository. */
  readonly path: string;
  readonly markdown: string;
}

/** The Markdown files of the site that people write: those in `docs` and `docs/moving`. */
export function writtenPages(): readonly string[] {
  return ['', 'moving'].flatMap((folder) =>
    markdownIn(join(docs, folder)).map((name) => posix.join(folder, name)),
  );
}

function markdownIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.md'));
  } catch {
    return []; // No such folder yet.
  }
}

/** The path from the root of the repository, for a link of a page in `docs`; `null` for a link that stays in the site. */
export function repositoryPath(page: string, link: string): string | null {
  if (/^(\w+:|#|\/)/.test(link)) return null;
  const path = posix.normalize(posix.join('docs', posix.dirname(page), link.replace(/[?#].*/, '')));
  return path.startsWith('docs/') ? null : path;
}

/** The address of the page that shows a file of the repository. A name must not end in `.html` or `.md`. */
export const sourceAddress = (path: string): string => `/source/${path.replaceAll('.', '-')}`;

/** One page for each file of the repository to which a document links. */
export function sourcePages(): readonly SourcePage[] {
  const linked = new Set(writtenPages().flatMap(repositoryLinks));
  return [...linked].toSorted().map((path) => ({ path, markdown: describe(path) }));
}

function repositoryLinks(page: string): readonly string[] {
  const text = readFileSync(join(docs, page), 'utf8');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => repositoryPath(page, link) ?? []);
}

function describe(path: string): string {
  const file = join(root, path);
  const title = `---\nsearch: false\nprev: false\nnext: false\noutline: false\n---\n\n# ${posix.basename(path)}\n\n\`${path}\` in the repository.\n\n`;
  if (statSync(file).isDirectory()) return title + listOf(file);
  const language = extname(file).slice(1) || 'text';
  return `${title}\`\`\`\`\`${language}\n${readFileSync(file, 'utf8').trimEnd()}\n\`\`\`\`\`\n`;
}

function listOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll(sep, '/'));
  return names
    .toSorted()
    .map((name) => `- \`${name}\`\n`)
    .join('');
}
