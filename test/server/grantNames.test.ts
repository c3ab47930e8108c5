import { describe, expect, test } from 'vitest';
import { memoryStore, restContract } from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { ada, granted, sessionOn, type Credentials, type User } from './contractWorld.ts';
import { startRecordingServer } from './recordingServer.ts';

describe('The names of a grant', () => {
  test.each([
    ['refreshToken', {}],
    ['refresh_token', {}],
    ['refresh', { refreshToken: 'refresh' }],
    ['renewal', { refreshToken: 'data.renewal' }],
  ])('are also used by the refresh: it sends `%s`, even after a reload', async (name, names) => {
    const answer = { access_token: 'a-1', [name]: 'r-1', data: { [name]: 'r-1' } };
    await using server = await startRecordingServer({
      'POST /login': granted(answer),
      'POST /refresh': granted({ access_token: 'a-2' }),
      'POST /logout': granted({}),
    });
    const store = memoryStore<User>();
    const contract = restContract<User, Credentials>({
      login: 'login',
      refresh: 'refresh',
      logout: 'logout',
      grant: names,
    });
    using before = sessionOn(server, contract, { store });
    await before.login(ada);
    before.dispose();
    using session = sessionOn(server, contract, { store });
    await session.refresh();
    await session.refresh();
    await session.logout();

    const sent = server.received.slice(1).map(({ body }): unknown => JSON.parse(body));
    expect(sent).toEqual([{ [name]: 'r-1' }, { [name]: 'r-1' }, { [name]: 'r-1' }]);
  });

  test('are those of the last refresh token', async () => {
    await using server = await startRecordingServer({
      'POST /login': granted({ access_token: 'a-1', refresh_token: 'r-1' }),
      'POST /refresh': granted({ access_token: 'a-2', refreshToken: 'r-2' }),
    });
    const contract = restContract<User, Credentials>({ login: 'login', refresh: 'refresh' });
    using session = sessionOn(server, contract);
    await session.login(ada);
    await session.refresh();
    await session.refresh();

    const sent = server.received.slice(1).map(({ body }): unknown => JSON.parse(body));
    expect(sent).toEqual([{ refresh_token: 'r-1' }, { refreshToken: 'r-2' }]);
  });

  test('may differ between login and refresh, and a lifetime may be a function or in milliseconds', async () => {
    const clock = createManualClock();
    await using server = await startRecordingServer({
      'POST /login': granted({ token: 'a-1', life: { ms: 90_000 } }),
      'POST /refresh': granted({ refreshedToken: 'a-2', minutes: 5 }),
    });
    const contract = restContract<User, Credentials>({
      login: 'login',
      refresh: {
        path: 'refresh',
        grant: {
          accessToken: 'refreshedToken',
          expiresIn: ({ minutes }: { minutes: number }) => minutes * 60,
          expiresInUnit: 'seconds',
        },
      },
      grant: { accessToken: 'token', expiresIn: 'life.ms', expiresInUnit: 'milliseconds' },
    });
    using session = sessionOn(server, contract, { environment: { clock, random: () => 0 } });
    await session.login(ada);
    expect(session.getSnapshot().expiresAt).toBe(clock.now() + 90_000);
    await session.refresh();

    expect(session.getSnapshot().expiresAt).toBe(clock.now() + 300_000);
    expect(await session.accessToken()).toBe('a-2');
  });

  test.each([
    [{ data: { accessToken: 's3cret' } }, 'data.accessToken'],
    [{ result: { session: { access_token: 's3cret' } } }, 'result.session.access_token'],
    [{ jwt: 's3cret', user: { token: 's3cret' } }, 'jwt'],
    [{ data: { jwt: 's3cret', refresh_token: 's3cret' } }, 'data.jwt', 'data.refresh_token'],
  ])('that are not those of the response %o lead to a suggestion', async (answer, path, refreshPath = '') => {
    await using server = await startRecordingServer({ 'POST /login': granted(answer) });
    using session = sessionOn(server, restContract({ login: 'login' }));
    const error: unknown = await session.login(ada).catch((caught: unknown) => caught);

    const more = refreshPath && `, refreshToken: '${refreshPath}'`;
    expect(String(error)).toContain(`did you mean \`grant: { accessToken: '${path}'${more} }\`?`);
    expect(String(error)).not.toContain('s3cret');
  });

  test('are not suggested from fields that might be secrets', async () => {
    const answer = { 'k3y-0f-ada': { token: 's3cret' } };
    await using server = await startRecordingServer({ 'POST /login': granted(answer) });
    using session = sessionOn(server, restContract({ login: 'login' }));
    const error: unknown = await session.login(ada).catch((caught: unknown) => caught);

    expect(String(error)).toContain(`got nothing (POST ${server.url}/login)`);
  });
});

test('A refresh with status 200 is refused if the function `success` of its endpoint says so', async () => {
  await using server = await startRecordingServer({
    'POST /login': granted({ accessToken: 'a-1' }),
    'GET /session': () => ({ json: null }),
  });
  const contract = restContract<User, Credentials>({
    login: 'login',
    refresh: { path: 'session', method: 'GET', success: (body) => body !== null },
  });
  using session = sessionOn(server, contract);
  await session.login(ada);

  await expect(session.refresh()).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
});
