import { describe, expect, test } from 'vitest';
import { testsEverything } from '../../everything.ts';
import { useVault, workers, type VaultTab } from './world.ts';

const world = useVault();

const sendEverywhere = async (tabs: readonly VaultTab[], each: number) =>
  (await Promise.all(tabs.map((tab) => tab.send(each)))).flat();

describe.each(workers)('a %s worker', (worker) => {
  test('sends one refresh for 20 concurrent requests with an expired token', async () => {
    const [tab] = await world.signedIn(1, worker);
    expect(await tab.send(3)).toEqual([200, 200, 200]);
    world.api.slowRefresh(100);
    world.api.expire();

    expect(await tab.send(20)).toEqual(Array(20).fill(200));
    expect(world.api).toMatchObject({ refreshes: 1, repeated: 0 });
    expect(tab.complaints).toEqual([]);
  });

  test('sends the uploads and the downloads of a page, which arrive chunk by chunk', async () => {
    const [tab] = await world.signedIn(1, worker);
    const { page } = tab;
    const uploaded = await page.evaluate(async () => {
      const { session } = window.vaultPage;
      const form = new FormData();
      form.set('file', new Blob(['ten bytes!']));
      const bodies = [
        'text',
        new Blob(['a blob']),
        new Uint8Array(100_000),
        new URLSearchParams({ a: '1' }),
        form,
      ];
      const responses = bodies.map((body) => session.fetch('api/upload', { method: 'POST', body }));
      const lengths = responses.map(
        async (response) => ((await (await response).json()) as { length: number }).length,
      );
      const byKy = session.api.post<{ length: number }>('api/upload', { json: { by: 'ky' } }).json();
      return [...(await Promise.all(lengths)), (await byKy).length];
    });
    expect([...uploaded.slice(0, 4), uploaded[5]]).toEqual([4, 6, 100_000, 3, 11]);
    expect(uploaded[4]).toBeGreaterThan(100);

    const reading = page.evaluateHandle(async () => {
      const response = await window.vaultPage.session.fetch('api/download');
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      return { next: async () => (await reader?.read())?.value ?? 'the end' };
    });
    const reader = await reading;
    for (const text of ['one', 'two', 'three']) {
      world.api.sendChunk(text);
      expect(await reader.evaluate(({ next }) => next())).toBe(text);
    }
    world.api.endDownload();
    expect(await reader.evaluate(({ next }) => next())).toBe('the end');
  });

  test('aborts the request, before the response and during its body', async () => {
    const [tab] = await world.signedIn(1, worker);
    const reasons = await tab.page.evaluate(async () => {
      const { session } = window.vaultPage;
      const [early, late] = [new AbortController(), new AbortController()];
      const download = session.fetch('api/silent', { signal: early.signal });
      const slow = await session.fetch('api/slow', { signal: late.signal });
      // Chromium's `text()` hides the reason of a stream that a script has made.
      const reader = slow.body?.getReader();
      await reader?.read();
      const reading = reader?.read() ?? Promise.resolve();
      early.abort(new Error('too early'));
      late.abort(new Error('too late'));
      return Promise.all([download, reading].map((call) => window.vaultPage.outcome(call)));
    });

    expect(reasons).toEqual(['Error: too early', 'Error: too late']);
    await expect.poll(() => world.api.aborted).toBe(2);
  });

  test('revokes the tokens at sign-out, and then sends no request with them', async () => {
    const [tab] = await world.signedIn(1, worker);
    await tab.page.evaluate(() => window.vaultPage.session.logout());

    expect(world.api.revoked).toBe(1);
    expect(await tab.status()).toBe('loggedOut');
    expect(await tab.send()).toEqual([401]);
    expect(await tab.signIn()).toBe('authenticated');
    expect(await tab.send()).toEqual([200]);
  });

  test('tells why a sign-in failed', async () => {
    const tab = await world.open(await world.profile(), { worker });
    const error = await tab.page.evaluate(async () => {
      const failed: unknown = await window.vaultPage.session
        .login({ password: 'wrong' })
        .catch((reason: unknown) => reason);
      const { status, serverCode, verdict } = failed as Record<string, unknown>;
      return { status, serverCode, verdict };
    });

    expect(error).toEqual({ status: 401, serverCode: 'INVALID', verdict: 'invalidCredentials' });
  });

  test('does not end the requests of a page when it is closed during a refresh', async () => {
    const [tab, ...others] = await world.signedIn(2, worker);
    world.api.slowRefresh(500);
    world.api.expire();
    void tab.send(2).catch(() => undefined);
    await expect.poll(() => world.api.refreshes).toBe(1);
    await tab.page.close();

    expect(await sendEverywhere(others, 2)).toEqual([200, 200]);
    expect(world.api).toMatchObject({ refreshes: worker === 'shared' ? 1 : 2, repeated: 0 });
  });
});

describe.each(testsEverything ? [2, 10] : [2])('%i tabs whose tokens expire at the same moment', (count) => {
  test('send one refresh with a shared worker, and share the session', async () => {
    const tabs = await world.signedIn(count);
    world.api.slowRefresh(200);
    for (let round = 1; round <= 3; round += 1) {
      world.api.expire();
      expect(await sendEverywhere(tabs, 3)).toEqual(Array(count * 3).fill(200));
      expect(world.api).toMatchObject({ refreshes: round, repeated: 0 });
    }

    await tabs[0].page.evaluate(() => window.vaultPage.session.logout());
    for (const tab of tabs) await expect.poll(() => tab.status()).toBe('loggedOut');
    expect(world.api.revoked).toBe(1);
    expect(tabs.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  test('send one refresh each with dedicated workers, since each has its own session', async () => {
    const tabs = await world.signedIn(count, 'dedicated');
    world.api.expire();

    expect(await sendEverywhere(tabs, 3)).toEqual(Array(count * 3).fill(200));
    expect(world.api).toMatchObject({ refreshes: count, repeated: 0 });
  });
});

test('sessions with different names have different tokens in one worker', async () => {
  const context = await world.profile();
  const [one, other] = [
    await world.open(context, { name: 'one' }),
    await world.open(context, { name: 'other' }),
  ];
  await one.signIn();

  expect(await other.status()).toBe('anonymous');
  await other.signIn();
  await other.page.evaluate(() => window.vaultPage.session.logout());
  expect(await one.send()).toEqual([200]);
});

test('a request that ends when its tab is closed is aborted in the worker', async () => {
  const [tab] = await world.signedIn(2);
  void tab.page.evaluate(() => window.vaultPage.session.fetch('api/download')).catch(() => undefined);
  await expect.poll(() => world.api.authorized).toContain('/api/download');
  await tab.page.close();

  await expect.poll(() => world.api.aborted).toBe(1);
});
