import { expect, test } from 'vitest';
import { credentials, openDevtools, start } from './world.tsx';

test('the page contains neither a token nor the password', async () => {
  const { session, store, force, press, panel, clock } = await openDevtools({ state: 'anonymous' });
  const secrets = new Set([credentials.password]);
  async function collect(): Promise<void> {
    const record = await store.read('session');
    if (record === null || 'ended' in record) throw new Error('There is no session in the store');
    secrets.add(record.accessToken ?? '').add(record.refreshToken ?? '');
  }

  await session.login(credentials);
  await collect();
  await session.api.get('api/me?token=canary');
  await session.refresh();
  await collect();
  await force('refresh', '400 invalid_grant');
  await press('Copy history');
  await clock.advance(0);
  start(session.refresh());
  await expect.element(panel).toHaveAttribute('data-status', 'expired');

  expect(secrets.size).toBe(5);
  const html = document.documentElement.outerHTML;
  expect([...secrets, 'canary'].filter((secret) => html.includes(secret))).toEqual([]);
});
