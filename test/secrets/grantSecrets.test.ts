import { describe, expect, test } from 'vitest';
import { memoryStore, tokensInMemory, type Secrets } from '../../src/index.ts';
import { containsCanary, createCanary } from './canary.ts';
import { createTokens, openWorld, type Credentials } from './leakyServer.ts';

/** A server whose grants have an ID token and the id of a key, and what the contract was given. */
async function openWithSecrets({ isRefused = false } = {}) {
  const secrets: Secrets = { idToken: createCanary('id'), key: createCanary('key') };
  const given: (Secrets | undefined)[] = [];
  const discarded: (readonly [Secrets, Secrets | null])[] = [];
  const world = await openWorld({
    server: {
      login: ({ credentials, http }: { credentials: Credentials; http: typeof import('ky').default }) =>
        http
          .post<ReturnType<typeof createTokens>>('login', { json: credentials })
          .json()
          .then((tokens) => ({ ...tokens, expiresIn: 60, secrets })),
      refresh: ({ refreshToken, secrets: own, http }) => {
        given.push(own);
        return http.post<ReturnType<typeof createTokens>>('refresh', { json: { refreshToken, own } }).json();
      },
      logout: async ({ secrets: own, http }) => {
        given.push(own);
        await http.post('logout', { json: own });
      },
      authorize(_request, _token, own) {
        given.push(own);
      },
      discardSecrets: (own, now) => void discarded.push([own, now]),
    },
  });
  if (isRefused)
    world.answer('/refresh', (body) =>
      Response.json({ code: body, ...(JSON.parse(body) as object) }, { status: 401 }),
    );
  return { world, secrets, given, discarded };
}

describe('The further secrets of a grant', () => {
  test('are passed to the contract, survive a refresh, and are discarded after a logout', async () => {
    const { world, secrets, given, discarded } = await openWithSecrets();
    await using _ = world;
    const session = world.start();
    await session.login(world.credentials);
    await session.fetch('/orders');
    await session.refresh();
    await session.fetch('/orders');
    expect(discarded).toEqual([]);
    await session.logout();

    expect(given).toEqual([secrets, secrets, secrets, secrets]);
    expect(discarded).toEqual([[secrets, null]]);
    expect(world.witness.found()).toEqual([]);
  });

  test('are exposed nowhere if the server quotes them, and are discarded when the session expires', async () => {
    const { world, secrets, discarded } = await openWithSecrets({ isRefused: true });
    await using _ = world;
    const session = world.start();
    await session.login(world.credentials);
    await world.failing(() => session.refresh());

    expect(session.getSnapshot().status).toBe('expired');
    expect(discarded).toEqual([[secrets, null]]);
    expect(world.witness.found()).toEqual([]);
    expect(world.witness.output).toEqual([]);
  });

  test('are in no storage with `tokensInMemory`', async () => {
    const { world } = await openWithSecrets();
    await using _ = world;
    const shared = memoryStore<{ name: string }>();
    const session = world.start({ store: tokensInMemory(shared) });
    await session.login(world.credentials);

    const record = await shared.read('session');
    expect(record).toMatchObject({ user: { name: 'Ada' }, generation: 1 });
    expect(containsCanary(JSON.stringify(record))).toBe(false);
  });

  test('must be texts', async () => {
    const { world } = await openWithSecrets();
    await using _ = world;
    const session = world.start();
    const grant = { accessToken: 'token', secrets: JSON.parse('{"key":{}}') as Secrets };

    await expect(session.adopt(grant)).rejects.toMatchObject({
      field: 'secrets',
      expected: 'an object of strings',
    });
  });
});
