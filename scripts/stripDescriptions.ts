import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/** The parts of esbuild's plugin interface that this plugin uses. */
interface Build {
  onResolve(
    options: { filter: RegExp },
    callback: (args: { importer: string; resolveDir: string; path: string }) => object | undefined,
  ): void;
  onLoad(
    options: { filter: RegExp },
    callback: (args: { path: string; suffix: string }) => Promise<object | undefined>,
  ): void;
}

const suffix = '?plain';

/**
 * An esbuild plugin that removes the chart's descriptions from the copy that sessions run. They are for readers, so
 * `sessionchart/machine` and the devtools keep them.
 */
export const plainChart = {
  name: 'plain-chart',
  setup(build: Build): void {
    build.onResolve({ filter: /\/machines\/session\.ts$/ }, ({ importer, resolveDir, path }) => {
      if (!/[/\\]src[/\\]session[/\\]machine\.ts$/.test(importer)) return undefined;
      return { path: new URL(path, `file://${resolveDir}/`).pathname, suffix, sideEffects: false };
    });
    build.onLoad({ filter: /[/\\]machines[/\\]session\.ts$/ }, async (args) => {
      if (args.suffix !== suffix) return undefined;
      return { contents: stripDescriptions(await readFile(args.path, 'utf8')), loader: 'ts' };
    });
  },
};

/** Removes every property named `description` from the object literals of a source text. */
export function stripDescriptions(source: string): string {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const spans: (readonly [start: number, end: number])[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText(file) === 'description') {
      const end = node.getEnd();
      const comma = /^\s*,/.exec(source.slice(end))?.[0].length ?? 0;
      spans.push([node.getFullStart(), end + comma]);
    } else ts.forEachChild(node, visit);
  };
  visit(file);
  return spans.reduceRight((text, [start, end]) => text.slice(0, start) + text.slice(end), source);
}
