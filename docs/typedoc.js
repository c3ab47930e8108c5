import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Converter } from 'typedoc';

const root = join(import.meta.dirname, '..');
const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));

/** The sources by the public name of the import, such as `sessionchart/react`. */
const entries = Object.entries(compilerOptions.paths).map(([name, [path]]) => ({
  name,
  path: join(root, path),
}));

/** Names each module as it is imported. */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const { fileName } =
      context.getSymbolFromReflection?.(reflection)?.declarations?.[0]?.getSourceFile() ?? {};
    const entry = reflection.parent === context.project && entries.find(({ path }) => path === fileName);
    if (entry) reflection.name = entry.name;
  });
}

/** @type {Partial<import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions>} */
export default {
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme', import.meta.filename],
  docsRoot: import.meta.dirname,
  out: join(import.meta.dirname, 'api'),
  tsconfig: join(root, 'tsconfig.json'),
  entryPoints: entries.map(({ path }) => path),
  basePath: root,
  skipErrorChecking: true,
  excludeInternal: true,
  excludeExternals: true,
  disableSources: true,
  readme: 'none',
  name: 'API reference',
  githubPages: false,
  hidePageHeader: true,
  hideBreadcrumbs: false,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'list',
  validation: { notExported: false, invalidLink: true },
};
