import { describe, expect, test } from 'vitest';
import { isInvalidOptionError, restContract } from '../../src/index.ts';
import { createManualClock } from '../clock.ts';
import { ada, granted, oauthAnswer, sessionOn, type Credentials, type User } from './contractWorld.ts';
import { startRecordingServer } from './recordingServer.ts';

describe('A contract of functions', () => {
  test('may return the token response of RFC 6749 as it is', async () => {
    await using server = await startRecordingServer({ 'POST /token': granted(oauthAnswer) });
    const clock = createManualClock();
    using session = sessionOn(
      server,
      { login: ({ http }) => http.post('token').json(), refresh: ({ http }) => http.post('token').json() },
      { environment: { clock, random: () => 0 } },
    );
    await session.login(ada);

    expect(session.getSnapshot()).toMatchObject({
      status: 'authenticated',
      expiresAt: clock.now() + 60_000,
    });
    expect(await session.accessToken()).toBe('a-1');
    await session.refresh();
    await session.adopt({ access_token: 'a-2' });
    expect(await session.accessToken()).toBe('a-2');
  });

  test('may return anything from logout', async () => {
    await using server = await startRecordingServer({ 'POST /out': () => ({ json: { ok: true } }) });
    using session = sessionOn(server, { logout: ({ http }) => http.post('out').json() });
    await session.adopt({ accessToken: 'a-1' });
    await session.logout();

    expect(server.to('POST /out')).toHaveLength(1);
  });

  test('gets an error if it passes a form as JSON, instead of sending `{}`', async () => {
    await using server = await startRecordingServer({});
    using session = sessionOn(server, {
      login: ({ http, credentials }) =>
        http.post('token', { json: new URLSearchParams({ ...credentials }) }).json(),
    });
    const error: unknown = await session.login(ada).catch((caught: unknown) => caught);

    expect(isInvalidOptionError(error) && error.message).toBe(
      'Expected `json` to be JSON (send a form as `body`), got a form',
    );
    expect(server.received).toEqual([]);
  });

  test('finds the code of a response at the path that it names', async () => {
    await using server = await startRecordingServer({
      'POST /token': granted(oauthAnswer),
      'GET /me': ({ headers }) =>
        headers.authorization === 'Bearer old'
          ? { status: 400, json: { errors: [{ message: 'Token too old' }] } }
          : { json: { id: 1 } },
    });
    using session = sessionOn(server, {
      refresh: ({ http }) => http.post('token').json(),
      errorCode: ['fault.text', 'errors[0].message'],
      errorCodes: { 'Token too old': 'accessTokenExpired' },
    });
    await session.adopt({ accessToken: 'old', refreshToken: 'r-0' });

    expect((await session.fetch('me')).status).toBe(200);
    expect(server.received.map(({ call }) => call)).toEqual(['GET /me', 'POST /token', 'GET /me']);
  });
});

describe('The headers of a contract', () => {
  test('are sent with every call of the session, and never to another origin', async () => {
    await using server = await startRecordingServer({
      'POST /login': granted({ accessToken: 'a-1', refreshToken: 'r-1' }),
      'POST /refresh': granted({ accessToken: 'a-2' }),
      'GET /me': granted({ id: 1 }),
      'POST /logout': granted({}),
    });
    await using stranger = await startRecordingServer({ 'GET /me': granted({}) });
    let language = 'en';
    using session = sessionOn(server, {
      ...restContract<User, Credentials>({ login: 'login', refresh: 'refresh', logout: 'logout' }),
      headers: () => ({ 'X-App': 'shop', 'Accept-Language': language }),
    });
    await session.fetch('me');
    await session.login(ada);
    await session.api.get('me');
    await session.api.get('me', { context: { auth: 'none' } });
    await session.fetch(new Request(`${server.url}/me`, { headers: { 'x-app': 'own' } }));
    await session.refresh();
    language = 'ko';
    await session.logout();
    await session.fetch(`${stranger.url}/me`);

    expect(
      server.received.map(({ call, headers }) => [call, headers['x-app'], headers['accept-language']]),
    ).toEqual([
      ['GET /me', 'shop', 'en'],
      ['POST /login', 'shop', 'en'],
      ['GET /me', 'shop', 'en'],
      ['GET /me', 'shop', 'en'],
      ['GET /me', 'own', 'en'],
      ['POST /refresh', 'shop', 'en'],
      ['POST /logout', 'shop', 'ko'],
    ]);
    expect(stranger.received.map(({ headers }) => headers['x-app'])).toEqual([undefined]);
  });

  test('that are not valid fail the request with an error that does not quote them', async () => {
    await using server = await startRecordingServer({});
    using session = sessionOn(server, { headers: () => ({ 'X-App': 's3cret\n1' }) });
    const error: unknown = await session.fetch('me').catch((caught: unknown) => caught);

    expect(String(error)).toContain('`server.headers` failed');
    expect(String(error)).not.toContain('s3cret');
    expect(server.received).toEqual([]);
  });
});
