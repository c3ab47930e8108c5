import { describe, expect, test } from 'vitest';
import { useVault } from './world.ts';

const world = useVault();

const notLoaded =
  'TypeError: Failed to fetch: the worker of the vault did not load: check its address, and `worker-src` of the Content-Security-Policy of the page';

test('a worker that does not load fails requests with an error that says so, and does not sign the user out', async () => {
  const tab = await world.open(await world.profile(), { worker: 'missing' });

  expect(await tab.signIn()).toBe('ERR_LOGIN_FAILED');
  expect(await tab.status()).toBe('anonymous');
  const outcome = await tab.page.evaluate(() =>
    window.vaultPage.outcome(
      window.vaultPage.session.adopt({ accessToken: 'vault.unknown', refreshToken: 'vault.unknown' }),
    ),
  );
  expect(outcome).toBeUndefined();
  // The refresh fails for now, and the session stays.
  expect(await tab.send()).toEqual([notLoaded]);
  expect(await tab.status()).toBe('authenticated');
});

describe('a worker that is terminated', () => {
  /** Keeps the worker where the test finds it. */
  function keepWorker(): void {
    const Original = Worker;
    class Kept extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        Object.defineProperty(window, 'startedWorker', { value: this, configurable: true });
      }
    }
    window.Worker = Kept;
  }

  test('fails the request in flight at once, and the session expires when the next worker has no tokens', async () => {
    const tab = await world.open(await world.profile(), { worker: 'dedicated', script: keepWorker });
    await tab.signIn();
    const failed = tab.page.evaluate(() => window.vaultPage.send(1, 'api/silent'));
    await expect.poll(() => world.api.authorized.length).toBe(1);
    const kill = () => tab.page.evaluate(() => (Reflect.get(window, 'startedWorker') as Worker).terminate());
    await kill();

    expect(await failed).toEqual(['TypeError: Failed to fetch: the worker of the vault has stopped']);
    expect(await tab.status()).toBe('authenticated');
    expect(await tab.send()).toEqual(['ERR_SESSION_EXPIRED']);
    const reason = await tab.page.evaluate(() => window.vaultPage.session.getSnapshot().reason);
    expect(reason).toMatchObject({ code: 'tokens_lost' });
    expect(world.api.refreshes).toBe(0);

    expect(await tab.signIn()).toBe('authenticated');
    expect(await tab.send()).toEqual([200]);
  });
});

test('a shared worker that crashes is replaced, and the sessions of all tabs expire', async () => {
  const tabs = await world.signedIn(2);
  await world.killSharedWorkers();
  await expect.poll(async () => (await tabs[0].send())[0]).toBe('ERR_SESSION_EXPIRED');

  for (const tab of tabs) await expect.poll(() => tab.status()).toBe('expired');
  expect(await tabs[0].signIn()).toBe('authenticated');
  await expect.poll(() => tabs[1]?.send()).toEqual([200]);
});
