import { StrictMode } from 'react';
import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import { SessionDevtools } from '../../src/devtools/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import { facts } from './world.tsx';

test('in StrictMode nothing is recorded or forced twice, and React logs no warning', async () => {
  const complaints = vi.spyOn(console, 'error');
  const { session, server } = await createTestSession();
  const { getByRole, unmount } = await render(<SessionDevtools session={session} />, { wrapper: StrictMode });

  await session.api.get('api/me');
  const rows = getByRole('table', { name: 'Requests over time' }).getByRole('rowheader');
  await expect.element(rows).toHaveTextContent('GET /api/me');

  await getByRole('combobox', { name: 'Requests' }).selectOptions('api');
  await getByRole('combobox', { name: 'Response' }).selectOptions('401');
  await getByRole('button', { name: 'Force', exact: true }).click();
  expect((await session.fetch('api/me')).status).toBe(200);
  expect(server.counts()).toMatchObject({ refresh: 1, api: 2 });
  await expect.poll(() => facts()['Generation']).toBe('2');

  await getByRole('button', { name: 'Cut the network' }).click();
  await unmount();
  expect(session.actor.getSnapshot().context.online).toBe(true);
  expect((await session.fetch('api/me')).status).toBe(200);
  expect(complaints).not.toHaveBeenCalled();
});
