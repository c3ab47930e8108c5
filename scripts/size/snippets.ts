import ts from 'typescript';
import type { Imports } from './bundle.ts';

/** A TypeScript block of a document and its imports from this package. Type imports add no bytes and are left out. */
export interface ImportSnippet {
  /** The line of the opening fence. */
  readonly line: number;
  readonly imports: Imports;
}

/** Returns the blocks that import values from this package. */
export function importSnippets(markdown: string): readonly ImportSnippet[] {
  return [...markdown.matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)]
    .map((block) => ({
      line: markdown.slice(0, block.index).split('\n').length,
      imports: importsOf(block[1] ?? ''),
    }))
    .filter(({ imports }) => Object.keys(imports).length > 0);
}

function importsOf(code: string): Imports {
  const imports: Record<string, readonly string[]> = {};
  const add = (entry: string, names: readonly string[]): void => {
    if (/^sessionchart(\/|$)/.test(entry) && names.length > 0)
      imports[entry] = [...(imports[entry] ?? []), ...names].toSorted();
  };
  for (const statement of ts.createSourceFile('snippet.tsx', code, ts.ScriptTarget.Latest).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    add(statement.moduleSpecifier.text, valuesOf(statement.importClause));
  }
  // `(await import('sessionchart/devtools')).SessionDevtools`
  for (const [, entry = '', name = ''] of code.matchAll(/import\('([^']+)'\)\)\.(\w+)/g)) add(entry, [name]);
  return imports;
}

function valuesOf(clause: ts.ImportClause | undefined): readonly string[] {
  if (clause?.namedBindings === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  if (!ts.isNamedImports(clause.namedBindings)) return [];
  return clause.namedBindings.elements
    .filter(({ isTypeOnly }) => !isTypeOnly)
    .map(({ name, propertyName }) => (propertyName ?? name).text);
}
