import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { compile } from '../typescript.ts';

export const root = join(import.meta.dirname, '..', '..');

export interface Snippet {
  /** File and line of the opening fence, such as `README.md:12`. */
  readonly place: string;
  readonly code: string;
  readonly isJsx?: boolean;
  /** What follows the language in the opening fence. */
  readonly name?: string | undefined;
}

/** The TypeScript blocks of a Markdown file. */
export function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(root, file), 'utf8');
  const snippets: Snippet[] = [];
  for (const match of text.matchAll(/^```ts(x?)(?: (\S+))?\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split('\n').length;
    const [, isJsx, name, code = ''] = match;
    snippets.push({ place: `${file}:${line}`, code, isJsx: isJsx === 'x', name });
  }
  return snippets;
}

/** The file that a snippet shows, if it begins with a comment such as `// session.ts`. Other snippets can import it. */
const fileNameIn = (code: string): string | undefined => /^\/\/ ([\w-]+\.tsx?)\n/.exec(code)?.[1];

/**
 * Typechecks snippets against the sources, as an application would be against the package.
 *
 * @param folder - where the snippets find the packages that they import. Default is the root
 */
export function typecheck(snippets: readonly Snippet[], folder: string = root): string[] {
  const files = new Map(
    snippets.map(({ place, code, isJsx = false }) => [
      join(folder, fileNameIn(code) ?? `${place.replaceAll(/\W/g, '_')}.${isJsx ? 'tsx' : 'ts'}`),
      { place, code: `export {};\n${code}` },
    ]),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node', 'vite/client'],
    jsx: ts.JsxEmit.ReactJSX,
    paths: {
      sessionchart: [join(root, 'src/index.ts')],
      'sessionchart/devtools': [join(root, 'src/devtools/index.ts')],
      'sessionchart/machine': [join(root, 'machines/index.ts')],
      'sessionchart/react': [join(root, 'src/react/index.ts')],
      'sessionchart/node': [join(root, 'src/node/index.ts')],
      'sessionchart/redis': [join(root, 'src/redis/index.ts')],
      'sessionchart/observe': [join(root, 'src/observe/index.ts')],
      'sessionchart/server': [join(root, 'src/backend/index.ts')],
      'sessionchart/limits': [join(root, 'src/limits/index.ts')],
      'sessionchart/oauth': [join(root, 'src/oauth/index.ts')],
      'sessionchart/testing': [join(root, 'src/testing/index.ts')],
      'sessionchart/vault': [join(root, 'src/vault/index.ts')],
      'sessionchart/vault/worker': [join(root, 'src/vault/worker/index.ts')],
    },
  };
  const codes = new Map([...files].map(([path, { code }]) => [path, code]));
  return compile({ files: codes, options }).map((diagnostic) => {
    const place = files.get(diagnostic.file?.fileName ?? '')?.place ?? diagnostic.file?.fileName ?? '';
    return `${place}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
  });
}
