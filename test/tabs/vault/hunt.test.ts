import { describe, expect, test } from 'vitest';
import { containsCanary } from '../../secrets/marker.ts';
import { listen } from '../../secrets/listeners.ts';
import { everythingReadable, spy } from './spy.ts';
import { useVault, type VaultTab, workers } from './world.ts';

declare global {
  interface Window {
    readonly spied: () => readonly string[];
  }
}

const world = useVault();

async function openSpied(worker: 'shared' | 'dedicated'): Promise<VaultTab> {
  const tab = await world.open(await world.profile(), { worker, script: spy });
  await tab.signIn();
  return tab;
}

/** The body and headers of a response as text, or the error. */
const answerTo = ({ page }: VaultTab, path: string, method = 'GET'): Promise<string> =>
  page.evaluate(
    async ([where, verb]) => {
      try {
        const response = await window.vaultPage.session.fetch(where, { method: verb });
        return JSON.stringify([response.status, [...response.headers], await response.text()]);
      } catch (error) {
        return String(error);
      }
    },
    [path, method] as const,
  );

describe.each(workers)('with a %s worker, no script of the page finds a token', (worker) => {
  test('from sign-in to sign-out: in patched built-ins, messages, storages, databases, errors and devtools', async () => {
    const tab = await openSpied(worker);
    const { page } = tab;
    await answerTo(tab, 'api/me');
    world.api.expire();
    await tab.send(3);
    await answerTo(tab, 'api/echo');
    await answerTo(tab, 'api/broken');
    await page.evaluate(() => window.vaultPage.session.refresh());
    const before = await page.evaluate(everythingReadable);
    await page.evaluate(() => window.vaultPage.session.logout());
    await tab.signIn('wrong');
    const spied = [
      ...(await page.evaluate(() => window.spied())),
      before,
      await page.evaluate(everythingReadable),
    ];

    expect(spied.filter(containsCanary)).toEqual([]);
    // Proves that the spy sees the messages, and that the API sends canaries.
    expect(spied.some((text) => text.includes('Bearer vault.'))).toBe(true);
    expect(spied.some((text) => text.includes('"kind":"fetch"'))).toBe(true);
    expect(world.api.authorized).toContain('/api/echo');
    expect(world.api).toMatchObject({ refreshes: 2, repeated: 0, revoked: 1 });
  });

  test('in a response that quotes the request, in its body or its headers', async () => {
    const tab = await openSpied(worker);
    const [echo, broken] = [await answerTo(tab, 'api/echo'), await answerTo(tab, 'api/broken')];

    expect(echo).toMatch(/Bearer \*{20}/);
    expect(broken).toMatch(/No luck with Bearer \*{20}/);
    expect(containsCanary(echo + broken)).toBe(false);
  });

  test.each([
    'auth/refresh',
    'auth/login',
    'AUTH//Refresh/',
    'auth/%72efresh',
    'api/redirect?to=/auth/refresh',
  ])('in the response to a request that it sends to %s, which the worker refuses', async (path) => {
    const tab = await openSpied(worker);
    const answer = await answerTo(tab, path, 'POST');

    expect(answer).toMatch(
      /TypeError: The vault sends no requests of a page to .*, which responds with tokens/,
    );
  });

  test('by a redirect to another origin', async () => {
    await using other = await listen((_request, response) => {
      response
        .writeHead(200, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' })
        .end();
    });
    const tab = await openSpied(worker);
    const answer = await answerTo(tab, `api/redirect?to=${encodeURIComponent(`${other.url}/evil`)}`);

    expect(answer).toContain('TypeError');
    expect(other.heard.filter(({ headers }) => 'authorization' in headers)).toEqual([]);
  });
});

test('a script that connects to the shared worker itself gets no token by any message', async () => {
  const tab = await openSpied('shared');
  const answers = await tab.page.evaluate(async (path) => {
    const { port } = new SharedWorker(path, { type: 'module' });
    port.start();
    let lastId = 0;
    /** The reply to a message without an id has the id 0. */
    const ask = (message: unknown): Promise<unknown> =>
      new Promise((resolve) => {
        const isObject = typeof message === 'object' && message !== null;
        const id = isObject ? (lastId += 1) : 0;
        port.addEventListener('message', ({ data }: MessageEvent<{ id: number }>) => {
          if (data.id === id) resolve(data);
        });
        port.postMessage(isObject ? { ...message, id } : message);
      });
    const found = (await ask({ kind: 'read', key: 'session' })) as { value: { accessToken: string } };
    const handle = found.value.accessToken;
    const init = { method: 'GET' };
    const other = { kind: 'fetch', url: 'https://evil.example/', init, headers: [], handle, body: null };
    const answers = await Promise.all([
      ask(other),
      ask({ ...other, url: 7 }),
      ask({ ...other, headers: [[1]] }),
      ask({ kind: 'refresh', refreshToken: handle, accessToken: handle, user: null }),
      ask({ kind: 'login', credentials: { password: 'wrong' }, challenge: handle }),
      ask({ kind: 'constructor' }),
      ask({ kind: '__proto__' }),
      ask({ kind: 'hello', lock: 'the lock of another' }),
      ask({ kind: 'write', key: 'session', from: null, to: { version: 1 } }),
    ]);
    return [found, ...answers, await ask(null), await ask('tokens, please')];
  }, world.site.workerPath);

  expect(containsCanary(JSON.stringify(answers))).toBe(false);
  const messages = answers.map((answer) => (answer as { error?: { message: string } }).error?.message);
  expect(messages).toEqual([
    undefined,
    'The vault sends tokens only to `baseUrl` and `trustedOrigins`, not to https://evil.example',
    'Expected `url` to be a string, got a number',
    'Expected `headers` to be pairs of strings, got an array',
    undefined,
    undefined,
    'Expected `kind` to be that of a message',
    'Expected `kind` to be that of a message',
    'Expected `lock` to be a name that starts with sessionchart-vault:, got a string of 19 characters',
    'Expected `to` to be a record, got an object',
    'Expected `the message` to be an object, got null',
    'Expected `the message` to be an object, got a string of 14 characters',
  ]);
});
