import axe from 'axe-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cdp, page } from 'vitest/browser';
import { openDevtools, openTab, start } from './world.tsx';

const themes = ['light', 'dark'] as const;

describe.each(themes)('in the %s theme', (theme) => {
  test('axe finds no problems', async () => {
    // The narrow page breaks lines, and has the same colours as the wide one.
    await page.viewport(theme === 'light' ? 480 : 900, 1200);
    const { panel, force, press, session } = await openDevtools({}, { theme });
    await session.api.get('api/me');
    await force('api', '503', 'until removed');
    await force('refresh', '400 invalid_grant');
    await panel.getByRole('combobox', { name: 'Response' }).selectOptions('custom response…');
    await panel.getByRole('textbox', { name: 'Status' }).fill('9');
    start(session.api.get('api/me'));
    await press('Refresh now');
    await expect.element(panel).toHaveAttribute('data-status', 'expired');

    const { violations } = await axe.run(panel.element());
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
  });

  test('axe finds no problems while another tab refreshes for all', async () => {
    const devtools = await openDevtools({}, { theme });
    await openTab(devtools, { state: 'refreshing.requesting' });
    await expect.element(page.getByRole('cell', { name: 'held' })).toBeVisible();

    const { violations } = await axe.run(devtools.panel.element());
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
  });
});

test.each(['authenticated.due.deferred', 'refreshing.backingOff', 'expired', 'anonymous'] as const)(
  'the names of the states are legible in %s',
  async (state) => {
    const { panel, rerender } = await openDevtools({ state });
    for (const theme of themes) {
      await rerender({ theme });
      for (const change of document.getAnimations()) if (change instanceof CSSTransition) change.finish();
      expect(illegibleNames(panel.element())).toEqual([]);
    }
  },
);

test('the panel follows the user’s preference by default', async () => {
  const { panel, rerender } = await openDevtools();
  const ground = () => getComputedStyle(panel.element()).backgroundColor;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const found = ground();
  await rerender({ theme: dark ? 'dark' : 'light' });
  expect(ground()).toBe(found);
  await rerender({ theme: dark ? 'light' : 'dark' });
  expect(ground()).not.toBe(found);
});

test('the style element has the given nonce', async () => {
  const { panel } = await openDevtools({}, { nonce: 'r4nd0m' });
  expect(panel.element().querySelector('style')?.nonce).toBe('r4nd0m');
});

test.each(['light', 'dark'] as const)('the chart is legible in forced colours (%s)', async (scheme) => {
  const emulate = async (features: { name: string; value: string }[]) => {
    await cdp().send('Emulation.setEmulatedMedia', { features });
  };
  onTestFinished(() => emulate([]));
  await emulate([
    { name: 'forced-colors', value: 'active' },
    { name: 'prefers-color-scheme', value: scheme },
  ]);
  const { panel } = await openDevtools({ state: 'refreshing.backingOff' });
  expect(matchMedia('(forced-colors: active)').matches).toBe(true);
  expect(illegibleNames(panel.element())).toEqual([]);
  const ground = getComputedStyle(panel.element()).backgroundColor;
  for (const arrow of panel.element().querySelectorAll('.sessionchart-arrow path:not(.sessionchart-reach)'))
    expect(contrastOf(getComputedStyle(arrow).stroke, ground)).toBeGreaterThan(3);
});

/** The states whose name has too little contrast. */
function illegibleNames(panel: Element): readonly (string | null)[] {
  return [...panel.querySelectorAll('[data-state]')]
    .filter((drawn) => {
      const [fill = '', ground = ''] = [drawn.querySelector('text'), drawn.querySelector('rect')].map(
        (part) => (part === null ? '' : getComputedStyle(part).fill),
      );
      return contrastOf(fill, ground) < 4.5;
    })
    .map((drawn) => drawn.getAttribute('data-state'));
}

/** WCAG 2.2, section 1.4.3. */
function contrastOf(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
