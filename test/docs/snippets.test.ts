import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writtenPages } from '../../scripts/docs/sourcePages.ts';
import { root, type Snippet, snippetsOf, typecheck } from './snippets.ts';

const documents = ['README.md', ...writtenPages().map((name) => `docs/${name}`)];

/** `npm run test:moving` compiles those that import a package which is not installed here, or a file in another folder. */
function isCompiledHere({ name = '', code }: Snippet): boolean {
  if (name.startsWith('before/') || code.includes(" from '../")) return false;
  const imports = [...code.matchAll(/ from '((?:@[^/']+\/)?[^./'][^/']*)/g)].map(([, found]) => found ?? '');
  return imports.every((one) => one === 'sessionchart' || existsSync(join(root, 'node_modules', one)));
}

const servers = readdirSync(join(root, 'test/servers')).filter((name) =>
  existsSync(join(root, 'test/servers', name, 'contract.ts')),
);

function partition<Item>(items: readonly Item[], isOfFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isOfFirst), items.filter((item) => !isOfFirst(item))];
}

describe('the documents', () => {
  it('contain snippets that compile', () => {
    const snippets = documents.flatMap(snippetsOf).filter(isCompiledHere);
    expect(snippets.length).toBeGreaterThan(5);
    // `Register` applies to everything that is compiled together.
    const [registering, others] = partition(snippets, ({ code }) => code.includes('interface Register'));
    expect([others, ...registering.map((one) => [one])].flatMap((together) => typecheck(together))).toEqual(
      [],
    );
  }, 300_000);

  it('in docs/react.md compile together with the registered session', () => {
    // Server rendering has its own session and `Register`.
    const snippets = snippetsOf('docs/react.md').filter(({ code }) => !/newSession|hydrateRoot/.test(code));
    expect(typecheck(snippets)).toEqual([]);
  }, 300_000);

  it('reject a snippet that does not compile', () => {
    const code = "import { createSession } from 'sessionchart';\ncreateSession({ baseUrl: 1 });\n";
    expect(typecheck([{ place: 'wrong', code }])).not.toEqual([]);
  }, 300_000);

  it.each(['rotating', 'coded', 'express', 'message', 'header'])(
    'show the contract %s as it is tested',
    (name) => {
      const contract = readFileSync(join(root, 'test/referenceServer/contracts', `${name}.ts`), 'utf8');
      const recipe = contract.replace("'../../../src/index.ts'", "'sessionchart'");
      expect(readFileSync(join(root, 'docs/servers.md'), 'utf8')).toContain(recipe);
    },
  );

  it.each(servers)('show the contract of %s as `npm run test:servers` runs it', (name) => {
    const doc = readFileSync(join(root, 'docs/backends.md'), 'utf8');
    const contract = readFileSync(join(root, 'test/servers', name, 'contract.ts'), 'utf8');
    expect(doc).toContain(contract.replace("'../../../src/index.ts'", "'sessionchart'"));
    const [, body = ''] = contract.split('\n\n');
    expect(body.trim().split('\n').length).toBeLessThanOrEqual(10);
  });

  it('name the versions of the servers that `npm run test:servers` installs', () => {
    const doc = readFileSync(join(root, 'docs/backends.md'), 'utf8');
    const installed = servers.flatMap((name) => {
      const file = join(root, 'test/servers', name, 'package.json');
      return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
    });
    const versions = [...doc.matchAll(/^\| [\w -]+ \| (\d+\.\d+\.\d+) /gm)].map(([, version]) => version);
    expect(versions).toHaveLength(servers.length);
    for (const text of installed)
      expect(versions.some((version) => text.includes(`: "${version}"`))).toBe(true);
  });

  it.each(documents)('%s links to files that exist', (document) => {
    const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
    const links = [...text.matchAll(/(?:\]\(|src(?:set)?=")(?!https?:|#)([^)#\s"]+)(?:#[^)]*)?[)"]/g)].map(
      (match) => match[1] ?? '',
    );
    const missing = links.filter((link) => !existsSync(join(root, document, '..', link)));
    expect(missing).toEqual([]);
  });
});
