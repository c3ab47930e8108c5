import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { SessionDevtools } from '../../src/devtools/index.ts';
import { observeRequests } from '../../src/observe/index.ts';
import { createTestSession } from '../../src/testing/index.ts';
import { credentials, openDevtools, start, type Devtools } from './world.tsx';

/** The kinds of the bars of a request, in order: `held`, `sent good`. */
const barsOf = ({ request }: Devtools, path: string): readonly string[] =>
  [...request(path).element().querySelectorAll('i')].map((bar) =>
    [bar.dataset['kind'], bar.dataset['open'] === 'true' ? 'open' : bar.dataset['verdict']]
      .filter(Boolean)
      .join(' '),
  );

const outcomeOf = ({ request }: Devtools, path: string): string | null | undefined =>
  request(path).element().querySelector('td:last-child')?.textContent;

/** Holds the next refresh before it reaches the server. */
function keepRefresh({ server }: Devtools): () => void {
  let letGo: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  server.intercept('refresh', (_request, next) => gone.then(next), { times: 1 });
  return () => letGo();
}

test('a request that waits for new tokens is shown as held, then answered', async () => {
  const world = await openDevtools({ state: 'authenticated.due.ready' });
  const letGo = keepRefresh(world);
  start(world.session.api.get('api/me'));

  await expect.element(world.request('/api/me')).toBeVisible();
  expect(barsOf(world, '/api/me')).toEqual(['held open']);
  expect(outcomeOf(world, '/api/me')).toBe('held0 ms');
  await expect.element(world.request('/auth/refresh')).toHaveAttribute('data-outcome', 'in flight');

  await world.clock.advance(1_500);
  await expect.poll(() => outcomeOf(world, '/api/me')).toBe('held1.5 s');
  letGo();
  await expect.poll(() => barsOf(world, '/api/me')).toEqual(['held', 'sent good']);
  expect(outcomeOf(world, '/api/me')).toBe('200held · 1.5 s');
});

test('a replayed request shows both responses', async () => {
  const world = await openDevtools();
  world.server.expireAccessTokens();
  await world.session.api.get('api/me');
  await expect.poll(() => barsOf(world, '/api/me')).toEqual(['sent bad', 'held', 'sent good']);
  expect(outcomeOf(world, '/api/me')).toBe('401 → 200held · replayed · 0 ms');
});

test('a refused request shows the error that its caller got', async () => {
  const world = await openDevtools({ state: 'expired' });
  start(world.session.api.get('api/me'));
  await expect.element(world.request('/api/me')).toHaveAttribute('data-outcome', 'failed');
  expect(outcomeOf(world, '/api/me')).toBe('ERR_SESSION_EXPIRED0 ms');
});

test('the session’s own calls are labelled', async () => {
  const { session, request } = await openDevtools({ state: 'anonymous' });
  await session.login(credentials);
  await session.refresh();
  await expect.element(request('/auth/login')).toHaveAttribute('data-purpose', 'login');
  await expect.element(request('/auth/refresh')).toHaveAttribute('data-purpose', 'refresh');
});

test('keeps the last fifty requests, newest first', async () => {
  const { session, panel } = await openDevtools();
  for (let number = 1; number <= 52; number += 1) await session.api.get(`api/items/${number}`);
  await expect.element(panel.getByText('GET /api/items/52', { exact: true })).toBeVisible();
  const paths = panel
    .getByRole('rowheader', { name: 'GET /api/items', exact: false })
    .elements()
    .map(({ textContent }) => textContent);
  expect(paths).toHaveLength(50);
  expect(paths.at(0)).toContain('items/52');
  expect(paths.at(-1)).toContain('items/3');
});

test('the query of a URL, which may contain a secret, is not shown', async () => {
  const { session, request, panel } = await openDevtools();
  await session.api.get('api/me?code=secret');
  await expect.element(request('/api/me')).toBeVisible();
  expect(panel.element().outerHTML).not.toContain('secret');
});

test('shows the requests since `steps()` was first called, also those before and between two openings of the panel', async () => {
  const { session } = await createTestSession();
  observeRequests(session).steps();
  await session.api.get('api/items/1');

  const { getByRole, unmount } = await render(<SessionDevtools session={session} />);
  await expect.element(getByRole('rowheader', { name: 'GET /api/items/1' })).toBeVisible();
  await unmount();
  await session.api.get('api/items/2');
  const again = await render(<SessionDevtools session={session} />);
  await expect.element(again.getByRole('rowheader', { name: 'GET /api/items/2' })).toBeVisible();
  await expect.element(again.getByRole('rowheader', { name: 'GET /api/items/1' })).toBeVisible();
});
