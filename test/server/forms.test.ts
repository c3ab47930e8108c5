import { describe, expect, test } from 'vitest';
import { createSession, formEncoding, restContract } from '../../src/index.ts';
import {
  ada,
  formOf,
  granted,
  oauthAnswer,
  sessionOn,
  type Credentials,
  type User,
} from './contractWorld.ts';
import { startRecordingServer } from './recordingServer.ts';

describe('A contract with forms', () => {
  const oauth = (encoding: ReturnType<typeof formEncoding>) =>
    restContract<User, Credentials>({
      login: {
        path: 'token',
        body: ({ credentials }) => ({
          grant_type: 'password',
          ...credentials,
          scope: undefined,
          aud: ['a', 'b'],
        }),
      },
      refresh: {
        path: 'token',
        body: ({ refreshToken }) => ({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      },
      logout: { path: 'revoke', body: ({ refreshToken }) => ({ token: refreshToken }) },
      encoding,
    });

  test('sends fields, and the client in the body or in the header', async () => {
    await using server = await startRecordingServer({
      'POST /token': granted(oauthAnswer),
      'POST /revoke': granted({}),
    });
    for (const client of [
      { id: 'web' },
      { id: 'we:b', secret: 's p' },
      { id: 'web', secret: 's', sentIn: 'body' as const },
    ]) {
      using session = sessionOn(server, oauth(formEncoding({ client })));
      await session.login(ada);
      await session.refresh();
      await session.logout();
    }
    const [first, second, third] = [0, 3, 6].map((index) => server.received.slice(index, index + 3));

    expect(first?.map(formOf)).toEqual([
      { grant_type: 'password', username: 'ada', password: 'love lace', aud: 'b', client_id: 'web' },
      { grant_type: 'refresh_token', refresh_token: 'r-1', client_id: 'web' },
      { token: 'r-1', client_id: 'web' },
    ]);
    expect(first?.[0]?.body).toContain('aud=a&aud=b');
    const basic = `Basic ${Buffer.from('we%3Ab:s+p').toString('base64')}`;
    expect(second?.map(({ headers }) => headers.authorization)).toEqual([basic, basic, basic]);
    expect(second?.map(({ body }) => body.includes('client'))).toEqual([false, false, false]);
    expect(third?.map(formOf)).toMatchObject([
      { client_secret: 's' },
      { client_secret: 's' },
      { client_secret: 's' },
    ]);
    for (const { headers } of server.received)
      expect(headers['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
  });

  test('rejects a field that is not a valid value, and names it', async () => {
    await using server = await startRecordingServer({});
    const contract = restContract<User, Credentials>({
      login: { path: 'token', body: () => ({ user: { name: 's3cret' } }) },
      encoding: formEncoding(),
    });
    using session = sessionOn(server, contract);

    await expect(session.login(ada)).rejects.toThrow(
      'Expected `login.body.user` to be a text, a number or a list of them, got an object',
    );
  });

  test('sends URLSearchParams and FormData as they are', async () => {
    await using server = await startRecordingServer({ 'POST /login': granted({ accessToken: 'a-1' }) });
    const contract = restContract<User, URLSearchParams | FormData>({ login: 'login' });
    const multipart = new FormData();
    multipart.set('name', 'ada');
    for (const credentials of [new URLSearchParams({ name: 'ada' }), multipart]) {
      using session = createSession({ baseUrl: server.url, server: contract });
      await session.login(credentials);
    }

    expect(server.received.map(({ body }) => body)).toEqual([
      'name=ada',
      expect.stringContaining('name="name"'),
    ]);
  });
});
