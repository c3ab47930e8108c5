import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { oauth } from '../../src/oauth/index.ts';
import { recordedProtocol, recordedSteps } from './recordedProtocol.ts';
import { openDevtools } from './world.tsx';

test('the steps of OAuth are listed, newest first, with their outcomes', async () => {
  const { panel } = await openDevtools({}, { auth: recordedProtocol() });
  const table = panel.getByRole('table', { name: 'OAuth steps' });
  await expect.element(table).toBeVisible();
  const rows = [...table.element().querySelectorAll('tbody tr')].map((row) => [
    row.querySelector('summary')?.textContent,
    row.querySelector('td:last-child')?.textContent,
  ]);

  expect(rows).toEqual(
    [
      ['discoveryid.example/.well-known/openid-configuration', '200120 ms'],
      ['pushed authorizationid.example/par', '201120 ms'],
      ['authorizeid.example/authorize', 'redirect'],
      ['callbackshop.example/callback', '120 ms'],
      ['token authorization_codeid.example/token', '400use_dpop_nonceDPoP proof · 120 ms'],
      ['token authorization_codeid.example/token', '200repeated · DPoP proof · 120 ms'],
      ['API requestapi.example/me', '401use_dpop_nonce'],
      ['API requestapi.example/me', '200repeated · DPoP proof · 12 ms'],
      ['token refresh_tokenid.example/token', '400invalid_grantDPoP proof · 120 ms'],
    ].toReversed(),
  );
});

test('the panel has no list of steps without a provider, and an empty one before the first step', async () => {
  const { panel, rerender } = await openDevtools();
  await expect.element(panel.getByRole('heading', { name: 'OAuth steps' })).not.toBeInTheDocument();
  await rerender({ auth: oauth({ issuer: 'https://other.example', clientId: 'shop' }) });
  await expect.element(panel.getByText('No steps yet.')).toBeVisible();
});

test.each(['light', 'dark'] as const)(
  'details open with the keyboard, and axe finds no problems (%s)',
  async (theme) => {
    await page.viewport(480, 1200);
    const { panel } = await openDevtools({}, { auth: recordedProtocol(), theme });
    const summaries = panel.element().querySelectorAll<HTMLElement>('.sessionchart-protocol summary');
    expect(summaries).toHaveLength(recordedSteps.length);
    for (const summary of summaries) {
      summary.focus();
      await userEvent.keyboard('{Enter}');
    }
    await expect.element(panel.getByText('refresh_token (not shown)')).toBeVisible();
    await expect.element(panel.getByText('token_type = DPoP')).toBeVisible();

    const { violations } = await axe.run(panel.element());
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
  },
);
