import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { layout } from '../../src/devtools/chart/layout.ts';
import { recordedProtocol } from './recordedProtocol.ts';
import { openDevtools } from './world.tsx';

const focused = (): string => document.activeElement?.getAttribute('data-state') ?? '';

test('one Tab moves into the chart, to the current state', async () => {
  const { panel } = await openDevtools();
  panel.getByRole('button', { name: 'Log out' }).element().focus();
  await userEvent.keyboard('{Tab}');
  expect(focused()).toBe('authenticated.fresh');
  await userEvent.keyboard('{Tab}');
  expect(focused()).toBe('');
});

test('arrow keys move through every state, Home and End to the first and last', async () => {
  const { panel } = await openDevtools();
  const names = layout.states.map(({ name }) => name);
  const [last = '', lastButOne = ''] = names.toReversed();
  panel.getByRole('option', { name: 'authenticated.fresh, current state' }).element().focus();
  const walked: string[] = [];
  panel.element().addEventListener('focusin', () => walked.push(focused()));
  await userEvent.keyboard(`{Home}${'{ArrowDown}'.repeat(layout.states.length - 1)}`);
  expect(walked).toEqual(names);

  await userEvent.keyboard('{ArrowRight}');
  expect(focused()).toBe(last);
  await userEvent.keyboard('{ArrowUp}');
  expect(focused()).toBe(lastButOne);
  await userEvent.keyboard('{Home}{ArrowLeft}');
  expect(focused()).toBe('*');
  await userEvent.keyboard('{End}');
  await expect.element(panel.getByRole('heading', { name: last })).toBeVisible();
});

test('every control is reachable with Tab and shows its focus', async () => {
  const { panel } = await openDevtools({}, { auth: recordedProtocol() });
  const controls = [...panel.element().querySelectorAll('button:enabled, select, summary, [tabindex="0"]')];
  const reached = new Set<Element>();
  const unmarked: Element[] = [];
  panel.getByRole('button', { name: 'Refresh now' }).element().focus();
  document.addEventListener('focusin', () => {
    const element = document.activeElement;
    if (element === null) return;
    reached.add(element);
    const { outlineStyle } = getComputedStyle(element);
    const ring = element.querySelector('rect');
    const isMarked = ring === null ? outlineStyle === 'solid' : getComputedStyle(ring).strokeWidth === '3px';
    if (!isMarked && panel.element().contains(element)) unmarked.push(element);
  });
  await userEvent.keyboard(`{Tab}{Shift>}{Tab}{/Shift}${'{Tab}'.repeat(controls.length)}`);
  expect(controls.filter((control) => !reached.has(control))).toEqual([]);
  expect(unmarked).toEqual([]);
});

test('a response can be forced without a pointer', async () => {
  const { panel } = await openDevtools();
  panel.getByRole('combobox', { name: 'Response' }).element().focus();
  await userEvent.keyboard('{ArrowDown}{Tab}{Tab}{Enter}');
  const inForce = panel.getByRole('list', { name: 'Forced responses' });
  await expect.element(inForce.getByText('refresh → 401')).toBeVisible();
  await userEvent.keyboard('{Tab}{Enter}');
  await expect.element(inForce).not.toBeInTheDocument();
});
