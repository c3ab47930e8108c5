import { describe, expect, test } from 'vitest';
import { cause, litStates, openDevtools, start } from './world.tsx';

const leaf = () => litStates().at(-1);

const active = () =>
  [...document.querySelectorAll('.sessionchart-active li')].map(({ textContent }) => textContent);

describe('a forced response to a refresh', () => {
  test('leads to the state that the panel shows, with its cause', async () => {
    const { force, session, clock } = await openDevtools({ state: 'authenticated.due.ready' });
    await clock.advance(60_000);
    await force('refresh', 'response lost, connection cut');
    start(session.refresh());
    await expect.poll(leaf).toBe('refreshing.backingOff');
    await expect.poll(cause).toContain('ERR_REFRESH_UNAVAILABLE');
  });

  test('no response at all is waited for until the timeout', async () => {
    const { force, session, clock } = await openDevtools();
    await force('refresh', 'no response at all');
    start(session.refresh());
    await expect.poll(leaf).toBe('refreshing.requesting');
    await clock.advance(10_000);
    await expect.poll(leaf).toBe('authenticated.fresh');
    await expect.poll(cause).toContain('ERR_REFRESH_UNAVAILABLE');
  });
});

test('a response for the next request is used once', async () => {
  const { force, session } = await openDevtools();
  await force('api', '503');
  expect(active()).toEqual(['api → 503onceRemove']);
  expect((await session.fetch('api/me')).status).toBe(503);
  await expect.poll(active).toEqual([]);
  expect((await session.fetch('api/me')).status).toBe(200);
});

test('a permanent response is used until it is removed', async () => {
  const { force, session, press } = await openDevtools();
  await force('api', '503', 'until removed');
  expect((await session.fetch('api/me')).status).toBe(503);
  expect((await session.fetch('api/me')).status).toBe(503);
  await press('Remove 503');
  expect(active()).toEqual([]);
  expect((await session.fetch('api/me')).status).toBe(200);
});

test('a custom status and body are sent as they were typed', async () => {
  const { panel, press, session } = await openDevtools();
  await panel.getByRole('combobox', { name: 'Requests' }).selectOptions('api');
  await panel.getByRole('combobox', { name: 'Response' }).selectOptions('custom response…');
  await panel.getByRole('textbox', { name: 'Status' }).fill('418');
  await panel.getByRole('textbox', { name: 'Body (JSON)' }).fill('{"code":"T-002"');
  await expect.element(panel.getByText('Enter valid JSON.')).toBeVisible();
  await expect.element(panel.getByRole('button', { name: 'Force', exact: true })).toBeDisabled();

  await panel.getByRole('textbox', { name: 'Body (JSON)' }).fill('{"code":"T-002"}');
  await press('Force');
  const answer = await session.fetch('api/me');
  expect([answer.status, await answer.json()]).toEqual([418, { code: 'T-002' }]);
});

test('responses of the application’s own server come first in the list', async () => {
  const respond = () => new Response('Back at noon', { status: 502 });
  const { panel, press, session } = await openDevtools(
    {},
    { answers: [{ name: '502 at night', purpose: 'refresh', respond }] },
  );
  await expect.element(panel.getByRole('combobox', { name: 'Response' })).toHaveDisplayValue('502 at night');
  await press('Force');
  start(session.refresh());
  await expect.poll(cause).toContain('ERR_REFRESH_UNAVAILABLE 502');
});

test('a verdict is sent to the machine with the current time', async () => {
  const { panel, press } = await openDevtools();
  await panel.getByRole('combobox', { name: 'Verdict' }).selectOptions('sessionRevoked');
  await press('Send to the machine');
  await expect.poll(leaf).toBe('loggedOut.idle');
  await expect
    .poll(cause)
    .toContain('server.sessionRevoked The session was ended by the server or in another tab.');
});

test('offline cuts every connection and tells the machine; online restores both', async () => {
  const { press, session, server } = await openDevtools({ state: 'authenticated.due.ready' });
  await press('Cut the network');
  const call = session.api.get('api/me').json();
  await expect.poll(leaf).toBe('refreshing.offline');
  const { api } = server.counts();

  await press('Restore the network');
  await expect(call).resolves.toMatchObject({ username: 'ada' });
  expect(server.counts().api).toBe(api + 1);
});

describe('closing the panel undoes its changes:', () => {
  test('forced responses are removed', async () => {
    const { force, session, close } = await openDevtools();
    await force('api', '503', 'until removed');
    await close();
    expect((await session.fetch('api/me')).status).toBe(200);
  });

  test('a request that is kept waiting goes to the server', async () => {
    const { force, session, close } = await openDevtools();
    await force('refresh', 'no response at all');
    const refreshed = session.refresh();
    await expect.poll(leaf).toBe('refreshing.requesting');
    await close();
    await expect(refreshed).resolves.toBeUndefined();
  });

  test('the network is restored', async () => {
    const { press, session, close } = await openDevtools();
    await press('Cut the network');
    await expect.poll(() => session.actor.getSnapshot().context.online).toBe(false);
    await close();
    expect(session.actor.getSnapshot().context.online).toBe(true);
    expect((await session.fetch('api/me')).status).toBe(200);
  });
});
