import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { root } from '../docs/snippets.ts';

const folder = join(root, 'examples/recipes');
const files = readdirSync(folder);
const doc = readFileSync(join(root, 'docs/recipes.md'), 'utf8');
const blocks = [...doc.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
  language,
  code,
}));

test.each(files)('docs/recipes.md contains %s unchanged', (file) => {
  const code = readFileSync(join(folder, file), 'utf8');

  expect(blocks).toContainEqual({ language: file.split('.').at(-1), code });
  expect(doc).toContain(`](../examples/recipes/${file})`);
});

test('The Svelte component compiles without a warning', () => {
  const source = readFileSync(join(folder, 'SessionStatus.svelte'), 'utf8');

  expect(compile(source, { generate: 'client' }).warnings).toEqual([]);
});
