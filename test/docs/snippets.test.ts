import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, snippetsOf, typecheck } from './snippets.ts';

const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('the documents', () => {
  it('hold snippets that compile', () => {
    const snippets = documents.flatMap(snippetsOf);
    expect(snippets.length).toBeGreaterThan(5);
    expect(typecheck(snippets)).toEqual([]);
  }, 60_000);

  it('notice a snippet that does not compile', () => {
    const code = "import { createSession } from 'sessionchart';\ncreateSession({ baseUrl: 1 });\n";
    expect(typecheck([{ place: 'wrong', code }])).not.toEqual([]);
  }, 60_000);

  it.each(['rotating', 'coded', 'express', 'message', 'header'])(
    'show the contract %s as it is tested',
    (name) => {
      const contract = readFileSync(join(root, 'test/contracts', `${name}.ts`), 'utf8');
      const recipe = contract.replace("'../../src/index.ts'", "'sessionchart'");
      expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(recipe);
    },
  );

  it.each(documents)('%s links to files that exist', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] ?? '',
    );
    const missing = links.filter((link) => !existsSync(join(root, document, '..', link)));
    expect(missing).toEqual([]);
  });
});
