import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { stagePackage } from '../../scripts/stagePackage.ts';
import { root } from './snippets.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  it('is a page and a half', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(130);
    expect(readme.split(/\s+/).length).toBeLessThanOrEqual(900);
  });

  it('names commands that exist', () => {
    const commands = [...readme.matchAll(/npm (?:run )?((?:test|start|bench|demo|docs|storybook)[\w:]*)/g)];
    expect(commands.map(([, name]) => name)).toEqual(expect.arrayContaining(['start', 'test', 'docs']));
    for (const [, name = ''] of commands) expect(Object.keys(manifest.scripts)).toContain(name);
  });
});

describe('the README of the npm package', () => {
  const place = mkdtempSync(join(tmpdir(), 'sessionchart-readme-'));
  let packed = '';
  let files: readonly string[] = [];

  beforeAll(() => {
    stagePackage(place);
    const list = execFileSync('npm', ['pack', '--ignore-scripts', '--json'], {
      cwd: place,
      encoding: 'utf8',
    });
    const [tarball] = JSON.parse(list) as [{ filename: string; files: { path: string }[] }];
    files = tarball.files.map(({ path }) => path);
    packed = execFileSync('tar', ['-xzOf', tarball.filename, 'package/README.md'], {
      cwd: place,
      encoding: 'utf8',
    });
  }, 120_000);
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it('has no pictures, and no links that only the repository resolves', () => {
    expect(packed).not.toMatch(/<img|<picture|!\[|<!--/);
    const links = [...packed.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
  });

  it('names only documents that are in the package', () => {
    const named = [...packed.matchAll(/\(`([\w/-]+\.md)`\)/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !files.includes(`dist/docs/${path}`))).toEqual([]);
  });

  it('comes with documents whose links lead to documents of the package', () => {
    const pages = files.filter((path) => path.startsWith('dist/docs/'));
    const faults = pages.flatMap((page) => {
      const text = readFileSync(join(place, page), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = '']) => link);
      const dead = links.filter(
        (link) => /\.md$|^[./]/.test(link) && !files.includes(posix.join(posix.dirname(page), link)),
      );
      const ofTheSite = text.match(/^(?:<[A-Z]|<<<|!\[|<picture).*/gm) ?? [];
      return [...dead, ...ofTheSite].map((fault) => `${page}: ${fault}`);
    });
    expect(pages.length).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });

  it('comes with documents that name no command of the repository, and have no marks for other media', () => {
    const faults = files.filter((path) => {
      const text = readFileSync(join(place, path), 'utf8');
      return (
        path.startsWith('dist/docs/') &&
        /npm (?:run|start|test|ci)\b|npx vitest|<!-- \/?(?:site|not on|repository)/.test(text)
      );
    });
    expect(faults).toEqual([]);
  });

  it('names no command of the repository', () => {
    expect(packed).not.toMatch(/npm (?:run|start|test|ci)/);
    expect(packed).toContain('npm install sessionchart');
  });

  it('is in place only while npm packs: `prepack` writes it, and `postpack` restores README.md', () => {
    const copy = join(place, 'README.md');
    writeFileSync(copy, readme);
    const run = (command: string) => {
      const [, script = '', ...parameters] = command.split(' ');
      execFileSync(process.execPath, [join(root, script), ...parameters], { cwd: place });
      return readFileSync(copy, 'utf8');
    };
    const { prepack, postpack } = manifest.scripts;
    const write = prepack.split(' && ').at(-1) ?? '';
    expect(run(write)).toBe(packed);
    expect(run(postpack)).toBe(readme);
    // After an interruption, the README of the package is still there.
    expect(run(write)).toBe(packed);
    expect(run(write)).toBe(packed);
    expect(run(postpack)).toBe(readme);
  });
});
