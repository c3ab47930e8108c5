import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverVerdicts, type SessionEmitted } from '../../machines/index.ts';
import { sessionErrorCodes } from '../../src/index.ts';
import { readOptions } from '../../src/session/settings.ts';
import { root, type Snippet, snippetsOf, typecheck } from './snippets.ts';

const documents = [
  'README.md',
  ...['docs', 'docs/moving'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

/** `npm run test:moving` compiles those that import a package which is not installed here. */
function isCompiledHere({ name = '', code }: Snippet): boolean {
  if (name.startsWith('before/')) return false;
  const imports = [...code.matchAll(/ from '((?:@[^/']+\/)?[^./'][^/']*)/g)].map(([, found]) => found ?? '');
  return imports.every((one) => one === 'sessionchart' || existsSync(join(root, 'node_modules', one)));
}

const servers = readdirSync(join(root, 'test/servers')).filter((name) =>
  existsSync(join(root, 'test/servers', name, 'contract.ts')),
);

const prefixed = (group: string, options: object) =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [`${group}.${name}`, String(value)]));

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

  it('list every error, and the defaults of the options', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const listed = rows
      .map(([, , code]) => code?.replaceAll('`', ''))
      .filter((code) => code?.startsWith('ERR_'));
    expect(listed).toEqual(expect.arrayContaining([...sessionErrorCodes]));
    expect(listed).toHaveLength(sessionErrorCodes.length);

    const { refresh, hold, name } = readOptions({ baseUrl: 'https://api.example.com', server: {} });
    const defaults: Record<string, string> = {
      name,
      ...prefixed('refresh', refresh),
      ...prefixed('hold', hold),
    };
    for (const [option, value] of Object.entries(defaults)) {
      const shown = rows.find(([, first]) => first === `\`${option}\``)?.[2];
      expect(shown?.replaceAll(/[`'\s]/g, ''), option).toBe(value);
    }
  });

  it('list every event that a session emits, and every verdict', () => {
    const rowsOf = (document: string) =>
      readFileSync(join(root, document), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .map((line) => line.split('|')[1] ?? '');
    const namesIn = (document: string) =>
      rowsOf(document).flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    // A new event must be added here: otherwise this does not compile.
    const emitted = Object.keys({
      'session.authenticated': true,
      'session.refreshed': true,
      'session.userUpdated': true,
      'session.refreshFailed': true,
      'session.expired': true,
      'session.loggedOut': true,
      'session.ending': true,
      'session.logoutFailed': true,
      'session.stepUpRequired': true,
      'store.failed': true,
      'store.cleared': true,
      'lock.unavailable': true,
      'channel.unavailable': true,
    } satisfies Record<SessionEmitted['type'], true>);

    expect(
      emitted.filter((type) => !namesIn('README.md').includes(type)),
      'not in README.md',
    ).toEqual([]);
    expect(
      [...serverVerdicts, 'none'].filter((verdict) => !namesIn('docs/servers.md').includes(verdict)),
      'not in docs/servers.md',
    ).toEqual([]);
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
