import axe from 'axe-core';
import { beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openDevtools } from './world.tsx';

beforeEach(() => localStorage.removeItem('sessionchart.devtools'));

const opener = () => page.getByRole('button', { name: 'Session devtools', exact: false });

test('a docked panel is closed at first, and records requests meanwhile', async () => {
  const { session, panel, request } = await openDevtools({}, { position: 'bottom' });
  await expect.element(panel).not.toBeInTheDocument();
  await expect.element(opener()).toHaveTextContent('Session devtools authenticated');
  await session.api.get('api/me');

  await opener().click();
  await expect.element(panel).toBeVisible();
  await expect.element(request('/api/me')).toBeVisible();
});

test('it opens, moves and closes with the keyboard, and the focus follows', async () => {
  await page.viewport(900, 700);
  const { panel, press } = await openDevtools({}, { position: 'bottom' });
  opener().element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(panel.getByRole('button', { name: 'Close' })).toHaveFocus();
  expect(panel.element().getBoundingClientRect()).toMatchObject({ left: 0, right: 900, bottom: 700 });

  await userEvent.keyboard('{Shift>}{Tab}{/Shift}{Enter}');
  const right = panel.getByRole('button', { name: 'Right' });
  await expect.element(right).toHaveAttribute('aria-pressed', 'true');
  await expect.element(right).toHaveFocus();
  expect(panel.element().getBoundingClientRect()).toMatchObject({ top: 0, right: 900, bottom: 700 });

  await press('Close');
  await expect.element(panel).not.toBeInTheDocument();
  await expect.element(opener()).toHaveFocus();
});

test('it is open at first with `initialIsOpen`, until the user closes it', async () => {
  const { panel, press, close } = await openDevtools({}, { position: 'right', initialIsOpen: true });
  await expect.element(panel).toBeVisible();
  await press('Close');
  await close();
  await openDevtools({}, { position: 'right', initialIsOpen: true });
  await expect.element(opener()).toBeVisible();
});

test.each([
  [900, 'Bottom', 'bottom'],
  [900, 'Right', 'right'],
  [390, 'Right', 'bottom'],
] as const)('an open panel covers nothing of a page of width %i (%s)', async (width, button, side) => {
  await page.viewport(width, 700);
  const { panel, press } = await openDevtools({}, { position: 'bottom', initialIsOpen: true });
  await press(button);
  scrollTo(0, document.documentElement.scrollHeight);
  const [content, dock] = [document.body, panel.element()].map((part) => part.getBoundingClientRect());
  const [edge, start] = side === 'right' ? [content?.right, dock?.left] : [content?.bottom, dock?.top];
  expect(edge).toBeLessThanOrEqual(start ?? 0);
  await press('Close');
  expect(getComputedStyle(document.documentElement).padding).toBe('0px');
});

test('what is forced stays in force while the panel is closed', async () => {
  const { session, panel, force, press } = await openDevtools({}, { position: 'bottom' });
  await opener().click();
  await force('api', '503', 'until removed');
  await press('Close');
  expect((await session.fetch('api/me')).status).toBe(503);
  await opener().click();
  await expect.element(panel.getByRole('list', { name: 'Forced responses' })).toBeVisible();
});

test('the next page remembers whether it is open, and where', async () => {
  const first = await openDevtools({}, { position: 'bottom' });
  await opener().click();
  await first.press('Right');
  await first.close();

  const { panel } = await openDevtools({}, { position: 'bottom' });
  await expect.element(panel).toHaveAttribute('data-position', 'right');
  await expect.element(panel).toBeVisible();
  expect(document.activeElement).toBe(document.body);
});

test.each([
  ['is unreadable', () => localStorage.setItem('sessionchart.devtools', '{"isOpen":"yes"')],
  [
    'is of another form',
    () => localStorage.setItem('sessionchart.devtools', '{"isOpen":true,"position":"top"}'),
  ],
  [
    'is forbidden',
    () =>
      void vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
        throw new DOMException('Forbidden', 'SecurityError');
      }),
  ],
])('it opens and closes if the storage %s', async (_, prepare) => {
  prepare();
  const { panel, press } = await openDevtools({}, { position: 'right' });
  await opener().click();
  await expect.element(panel).toHaveAttribute('data-position', 'right');
  await press('Close');
  await expect.element(opener()).toBeVisible();
});

test.each([
  ['light', 390],
  ['dark', 900],
] as const)('axe finds no problems in the %s theme at a width of %i', async (theme, width) => {
  await page.viewport(width, 800);
  const { panel } = await openDevtools({}, { position: 'right', theme });
  const closed = await axe.run(opener().element());
  await opener().click();
  const open = await axe.run(panel.element());
  expect([...closed.violations, ...open.violations].map(({ id }) => id)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});
