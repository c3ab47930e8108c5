import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, postcssIsolateStyles } from 'vitepress';
import { repositoryPath, sourceAddress, writtenPages } from '../../scripts/docs/sourcePages.ts';
import { pageGroups } from './pages.ts';
import { sectionId } from './sectionId.ts';
import { siteText } from './siteText.ts';
import { markTextTables } from './textTables.ts';

const docs = join(import.meta.dirname, '..');
const root = join(docs, '..');

/** The public names of the package, as tsconfig.json maps them to the sources. */
const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> };
};
const alias = Object.entries(compilerOptions.paths).map(([name, [path]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: join(root, path),
}));

const apiSidebar = join(docs, 'api/typedoc-sidebar.json');
const reference = existsSync(apiSidebar) ? (JSON.parse(readFileSync(apiSidebar, 'utf8')) as object[]) : [];

/** The first heading of a page, in short. */
function titleOf(file: string): string {
  const [, heading = file] = /^# (.*)$/m.exec(readFileSync(join(docs, file), 'utf8')) ?? [];
  return heading.replace(/^Moving from (?:an? )?/, '').replace(/^\w/, (first) => first.toUpperCase());
}

export default defineConfig({
  title: 'sessionchart',
  description: 'Keeps a user signed in: refreshes tokens once, holds requests meanwhile, and replays them.',
  lang: 'en',
  base: process.env['DOCS_BASE'] ?? '/',
  cacheDir: join(docs, '.vitepress/.cache'),
  srcExclude: ['demos/**'],
  lastUpdated: false,
  themeConfig: {
    nav: [
      { text: 'Why', link: '/why' },
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Options', link: '/options' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: { '/': pageGroups(writtenPages(), titleOf), '/api/': reference },
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        // The reference and the sources would hide the guides in the results.
        _render(text, env, markdown) {
          const html = markdown.render(text, env);
          return env.frontmatter?.search === false || env.relativePath.startsWith('api/') ? '' : html;
        },
      },
    },
  },
  // The live chart needs the width of the outline.
  transformPageData({ relativePath }) {
    return /^(?:chart|how-it-works)\.md$/.test(relativePath) ? { frontmatter: { aside: false } } : {};
  },
  // The theme gives its home page no `main`.
  transformHtml: (html) => html.replace(/(class="VPContent is-home")/, '$1 role="main"'),
  markdown: {
    // As code hosts do, so that a link to a section works there too.
    anchor: { slugify: sectionId },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(markdown) {
      markdown.core.ruler.before('normalize', 'site-text', (state) => {
        state.src = siteText(state.src);
      });
      // A link to a file of the repository opens the page that shows it.
      markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const path =
            token.type === 'link_open' && repositoryPath(env.relativePath, String(token.attrGet('href')));
          if (typeof path === 'string') token.attrSet('href', sourceAddress(path));
        }
      });
      // The empty corner of a table is no header.
      markdown.core.ruler.push('empty-corners', ({ tokens }) => {
        for (const [index, token] of tokens.entries()) {
          const [content, close] = tokens.slice(index + 1, index + 3);
          if (token.type !== 'th_open' || content?.content !== '' || close === undefined) continue;
          token.tag = 'td';
          close.tag = 'td';
        }
      });
      markdown.core.ruler.push('text-tables', ({ tokens }) => markTextTables(tokens));
      // VitePress writes a table without its class.
      markdown.renderer.rules.table_open = (tokens, index, options, _env, renderer) => {
        tokens[index]?.attrSet('tabindex', '0');
        return renderer.renderToken(tokens, index, options);
      };
      // The diagram for code hosts: the site shows the chart of a live session in its place.
      const { fence } = markdown.renderer.rules;
      markdown.renderer.rules.fence = (tokens, index, ...rest) =>
        tokens[index]?.info.trim() === 'mermaid' ? '<LiveChart />' : (fence?.(tokens, index, ...rest) ?? '');
    },
  },
  vite: {
    resolve: { alias },
    build: { target: 'es2022', chunkSizeWarningLimit: 1_500 },
    esbuild: { target: 'es2022' },
    // The site's styles do not apply inside the demos (`vp-raw`).
    css: { postcss: { plugins: [postcssIsolateStyles({ includeFiles: [/vp-doc\.css/, /base\.css/] })] } },
  },
});
