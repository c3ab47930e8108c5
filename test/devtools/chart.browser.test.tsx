import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { layout } from '../../src/devtools/chart/layout.ts';
import {
  credentials,
  drawnArrows,
  find,
  label,
  litArrows,
  litStates,
  openDevtools,
  start,
} from './world.tsx';

test('the highlighted state follows the session through sign-in, refresh and expiry', async () => {
  const { session, server } = await openDevtools({ state: 'anonymous' });
  await expect.poll(litStates).toEqual(['anonymous', 'anonymous.idle']);

  await session.login(credentials);
  await expect.poll(litStates).toEqual(['authenticated', 'authenticated.fresh']);

  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  server.intercept('refresh', (_request, next) => asked.then(next));
  server.revokeSessions();
  start(session.refresh());
  await expect.poll(litStates).toEqual(['refreshing', 'refreshing.requesting']);

  answer();
  await expect.poll(litStates).toEqual(['expired', 'expired.idle']);
});

test('a nested state is highlighted together with its parents', async () => {
  await openDevtools({ state: 'authenticated.due.deferred' });
  await expect.poll(litStates).toEqual(['authenticated', 'authenticated.due', 'authenticated.due.deferred']);
});

test('the last transitions are highlighted, the newest labelled with its cause and the server’s code', async () => {
  const { session, force, panel } = await openDevtools();
  await force('refresh', '400 invalid_grant');
  start(session.refresh());

  await expect
    .poll(() => litArrows().slice(0, 3))
    .toEqual([
      'refreshing expired',
      'refreshing.acquiring refreshing.requesting',
      'authenticated refreshing',
    ]);
  expect(label()).toBe('server.refreshTokenInvalid400 invalid_grant');
  await expect.element(panel).toHaveAttribute('data-status', 'expired');
});

test('the chart draws the arrows of the current state, and on demand those of another or all', async () => {
  const { panel, session } = await openDevtools();
  expect(drawnArrows()).toContain('authenticated.fresh authenticated.due');
  expect(drawnArrows()).not.toContain('expired.idle expired.signingIn');

  const option = (name: string) => panel.getByRole('option', { name, exact: true });
  await option('expired.idle').hover();
  expect(drawnArrows()).toContain('expired.idle expired.signingIn');
  expect(drawnArrows()).not.toContain('authenticated.fresh authenticated.due');

  // The pointer rests where it is: the keyboard has the last word.
  option('authenticated.fresh, current state').element().focus();
  await userEvent.keyboard('{Home}');
  await expect.poll(drawnArrows).toHaveLength(layout.arrows.length);
  await panel.getByRole('button', { name: 'Follow the session' }).click();
  expect(drawnArrows().length).toBeLessThan(layout.arrows.length / 2);

  await session.logout();
  await expect.poll(drawnArrows).toContain('loggedOut anonymous.signingIn');
});

test('pointing at an arrow shows the events that follow it', async () => {
  const { panel } = await openDevtools();
  await panel.getByRole('option', { name: 'anonymous', exact: true }).click({ position: { x: 40, y: 10 } });
  const reach = find('[data-arrow="anonymous loggedOut"] .sessionchart-reach');
  reach.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
  await expect.poll(label).toBe('session.logout');
});

test('selecting a state shows its description and events', async () => {
  const { panel } = await openDevtools();
  await panel.getByRole('option', { name: 'refreshing', exact: true }).click({ position: { x: 40, y: 10 } });

  const list = panel.getByRole('group', { name: 'Events in refreshing' });
  const reused = list.getByRole('listitem').filter({ hasText: 'server.refreshTokenReused' });
  const meaning = 'The server refuses the refresh token: the user must sign in again.';
  await expect.element(reused.getByText(meaning)).toBeVisible();
  await reused.getByRole('button', { name: 'expired' }).click();

  await expect.element(panel.getByRole('heading', { name: 'expired' })).toBeVisible();
  await panel.getByRole('button', { name: 'Follow the session' }).click();
  await expect.element(panel.getByRole('heading', { name: 'authenticated.fresh' })).toBeVisible();
});
