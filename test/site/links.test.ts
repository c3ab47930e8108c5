import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writtenPages } from '../../scripts/docs/sourcePages.ts';
import { built } from './siteServer.ts';

interface SitePage {
  readonly path: string;
  readonly ids: ReadonlySet<string>;
  /** The addresses of pages and files of the site. */
  readonly links: readonly string[];
}

const unescaped = (text: string): string => text.replaceAll('&amp;', '&');

function read(path: string): SitePage {
  const html = readFileSync(join(built, path), 'utf8');
  const all = (pattern: RegExp): string[] =>
    [...html.matchAll(pattern)].map(([, text = '']) => unescaped(text));
  return {
    path,
    ids: new Set(all(/ id="([^"]+)"/g)),
    links: all(/<a [^>]*href="([^"]+)"/g).filter((link) => !/^(?:\w+:|\/\/)/.test(link)),
  };
}

const files = new Set(
  readdirSync(built, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')),
);
const pages = new Map(
  [...files].filter((name) => name.endsWith('.html')).map((path) => [path, read(path)] as const),
);

/** The file of the site that a link of a page leads to. */
function fileOf(page: string, link: string): string {
  const path = decodeURIComponent(link.replace(/[?#].*/, ''));
  if (path === '') return page;
  const absolute = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(page), path);
  return /(?:^|\/)$/.test(absolute) ? `${absolute}index.html` : absolute;
}

function isDead(page: SitePage, link: string): boolean {
  const file = fileOf(page.path, link);
  const [, id = ''] = link.split('#');
  if (!files.has(file)) return true;
  return id !== '' && !(pages.get(file)?.ids.has(decodeURIComponent(id)) ?? false);
}

describe('the built site', () => {
  it('has a page for each document, and the reference of every import', () => {
    for (const name of writtenPages()) expect(files, name).toContain(name.replace(/\.md$/, '.html'));
    for (const name of ['react', 'node', 'oauth', 'testing', 'vault/worker'])
      expect(files).toContain(`api/sessionchart/${name}/index.html`);
  });

  it('has no link to a page, a file or a section that does not exist', () => {
    const dead = [...pages.values()].flatMap((page) =>
      page.links.filter((link) => isDead(page, link)).map((link) => `${page.path}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('leads to every document from the sidebar', () => {
    const links = new Set(pages.get('why.html')?.links.map((link) => fileOf('why.html', link)));
    const unlisted = writtenPages().filter((name) => !links.has(name.replace(/\.md$/, '.html')));
    expect(unlisted).toEqual([]);
  });
});
