import { expect, it } from 'vitest';
import { isLoginFailedError } from '../../../src/index.ts';
import type { Dialect } from '../dialects.ts';
import { eitherWay } from '../feature.ts';
import { ada, createWorld } from '../world.ts';

export function signingIn(dialect: Dialect): void {
  it('sends requests as the user who has signed in', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();

    await session.login(ada);

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', error: null });
    expect(await session.api.get('api/me').json()).toMatchObject({ username: 'ada' });
    expect(world.server.counts()).toEqual({ login: 1, refresh: 0, logout: 0, api: 1, refused: 0 });
  });

  it('rejects a wrong password, and stays signed out', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();

    const error: unknown = await session
      .login({ ...ada, password: 'byron' })
      .catch((thrown: unknown) => thrown);

    expect(error).toSatisfy(isLoginFailedError);
    expect(error).toMatchObject({ status: 401 });
    expect(session.getSnapshot()).toMatchObject({ status: 'anonymous', user: null, isSigningIn: false });
    expect(world.storage.text()).toBe('');
    expect(await session.api.get('api/public').json()).toEqual({ public: true, authorization: false });
  });

  it('returns the refusal of a request without a token to the caller', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();

    expect((await session.fetch('/api/me')).status).toBe(401);
    expect(session.getSnapshot().status).toBe('anonymous');
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 1 });
  });

  it('resolves relative paths against the server’s URL, with every client', async () => {
    await using world = await createWorld(dialect);
    const session = world.load();
    await session.login(ada);

    const answers = [await session.api.get('api/items/1'), await session.fetch('/api/items/2')];

    expect(answers.map(({ url }) => url)).toEqual([
      `${world.server.url}/api/items/1`,
      `${world.server.url}/api/items/2`,
    ]);
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
      { n: 1, user: 'ada' },
      { n: 2, user: 'ada' },
    ]);
  });

  eitherWay(
    dialect,
    'userInGrant',
    [
      'knows the user who has signed in',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();

        const user = await session.login(ada);

        expect(user).toMatchObject({ id: '1' });
        expect(session.getSnapshot().user).toBe(user);
      },
    ],
    [
      'the user is unknown',
      async () => {
        await using world = await createWorld(dialect);
        const session = world.load();

        expect(await session.login(ada)).toBeNull();
        expect(session.getSnapshot().user).toBeNull();
      },
    ],
  );
}
