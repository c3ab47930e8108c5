import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
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
    for (const name of ['package.json', 'README.md', 'LICENSE', 'THIRD-PARTY-NOTICES.md'])
      cpSync(join(root, name), join(place, name));
    cpSync(join(root, 'docs'), join(place, 'docs'), {
      recursive: true,
      filter: (path) => !/node_modules|\.vitepress|docs\/(?:api|source|generated)/.test(path),
    });
    const { prepack, postpack } = manifest.scripts;
    const [, replace = ''] = prepack.split(' && ');
    const run = (command: string) => {
      const [, script = '', ...parameters] = command.split(' ');
      execFileSync(process.execPath, [join(root, script), ...parameters], { cwd: place });
    };
    run(replace);
    const list = execFileSync('npm', ['pack', '--ignore-scripts', '--json'], {
      cwd: place,
      encoding: 'utf8',
    });
    run(postpack);
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
    const named = [...packed.matchAll(/`(docs\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  it('names no command of the repository', () => {
    expect(packed).not.toMatch(/npm (?:run|start|test|ci)/);
    expect(packed).toContain('npm install sessionchart');
  });

  it('leaves README.md as it was', () => {
    expect(readFileSync(join(place, 'README.md'), 'utf8')).toBe(readme);
  });
});
