import { describe, expect, test } from 'vitest';
import { restContract, withUser } from '../../src/index.ts';
import { ada, granted, jwtOf, sessionOn, type Credentials, type User } from './contractWorld.ts';
import { startRecordingServer } from './recordingServer.ts';

describe('The user', () => {
  test('may come from the claims of the access token', async () => {
    const accessToken = jwtOf({ sub: 7 });
    await using server = await startRecordingServer({ 'POST /login': granted({ accessToken }) });
    const contract = restContract<User, Credentials>({
      login: 'login',
      grant: { user: (_body, { sub }) => ({ id: Number(sub) }) },
    });
    using session = sessionOn(server, contract);

    expect(await session.login(ada)).toEqual({ id: 7 });
  });

  const routes = (me: () => { status?: number; json?: unknown }) => ({
    'POST /login': granted({ accessToken: 'a-1', refreshToken: 'r-1' }),
    'POST /refresh': granted({ accessToken: 'a-2' }),
    'GET /me': me,
    'POST /logout': granted({}),
  });
  const contract = withUser(
    restContract<User, Credentials>({ login: 'login', refresh: 'refresh', logout: 'logout' }),
    { path: 'me', read: ({ data }: { data: User }) => data },
  );

  test('may come from a second call, which is made only while the user is unknown', async () => {
    await using server = await startRecordingServer(routes(granted({ data: { id: 7 } })));
    using session = sessionOn(server, contract);

    expect(await session.login(ada)).toEqual({ id: 7 });
    await session.refresh();
    expect(session.getSnapshot().user).toEqual({ id: 7 });
    expect(server.to('GET /me').map(({ headers }) => headers.authorization)).toEqual(['Bearer a-1']);
    await session.adopt({ accessToken: 'a-3', refreshToken: 'r-3' });
    await session.refresh();
    expect(session.getSnapshot().user).toEqual({ id: 7 });
  });

  test('whose call fails stays unknown after a refresh, which keeps its tokens; a login fails and revokes its tokens', async () => {
    await using server = await startRecordingServer(routes(() => ({ status: 401 })));
    using session = sessionOn(server, contract);

    await expect(session.login(ada)).rejects.toMatchObject({ code: 'ERR_LOGIN_FAILED', status: 401 });
    expect(server.to('POST /logout').map(({ body }) => body)).toEqual(['{"refreshToken":"r-1"}']);
    await session.adopt({ accessToken: 'a-0', refreshToken: 'r-0' });
    await session.refresh();

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: null });
    expect(await session.accessToken()).toBe('a-2');
  });
});
