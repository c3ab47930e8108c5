import { join } from 'node:path';
import type { Plugin, ViteDevServer } from 'vite';
import { expect, test } from 'vitest';
import { partsOf, useApplication } from './world.ts';

let heading = '>Stock<';
let vite: ViteDevServer;

/** Edits a component without touching its file. */
const editor: Plugin = {
  name: 'editor',
  enforce: 'pre',
  configureServer: (server) => {
    vite = server;
  },
  transform: (code, id) => (id.endsWith('/Stockroom.tsx') ? code.replace('>Stock<', heading) : undefined),
};

const world = useApplication({ plugins: [editor], isBuilt: false });

test('an edited component is replaced on the screen, and the session stays', async () => {
  const { page, complaints } = await world.visitAs('ada');
  const { server } = world.application;
  await page.getByLabel('Note').fill('Half a sentence');
  const before = server.counts();
  heading = '>In the cellar<';
  vite.watcher.emit('change', join(vite.config.root, 'src/stock/Stockroom.tsx'));

  await page.getByRole('heading', { name: 'In the cellar' }).waitFor();
  expect(await page.getByLabel('Note').inputValue()).toBe('Half a sentence');
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => server.counts()).toEqual({ ...before, api: before.api + 7 });
  await expect.poll(() => partsOf(page, 'ada').count()).toBe(6);
  expect(complaints).toEqual([]);
});
