import { parseSetCookie, stringifyCookie } from 'cookie';
import { describe, expect, test } from 'vitest';
import { authorities } from '../authorities.ts';
import { anyToken, createWorld } from './world.ts';

const login = { username: 'ada', password: 'lovelace' };

/** The cookies of a response, by name. */
function cookiesOf({ headers }: { readonly headers: Headers }) {
  const cookies = headers.getSetCookie().map((text) => parseSetCookie(text));
  return Object.fromEntries(cookies.map((cookie) => [cookie.name, cookie]));
}

/** The `Cookie` header that a browser would send, ignoring paths. */
function headersOf(
  cookies: ReturnType<typeof cookiesOf>,
  csrf = cookies['csrf']?.value,
): Record<string, string> {
  const values = Object.fromEntries(Object.entries(cookies).map(([name, { value }]) => [name, value]));
  return { Cookie: stringifyCookie(values), ...(csrf !== undefined && { 'X-CSRF-Token': csrf }) };
}

describe.each(authorities)('cookie with $name', ({ open }) => {
  test('a login sets cookies that no script can read, and returns user and lifetime', async () => {
    await using world = await createWorld(open, 'cookie');
    const answer = await world.post('/auth/login', login);
    const cookies = cookiesOf(answer);

    expect(answer).toMatchObject({ status: 200, body: { user: { username: 'ada' }, expiresIn: 60 } });
    const hidden = { value: anyToken, httpOnly: true, sameSite: 'lax' };
    expect(cookies).toMatchObject({
      access: { ...hidden, path: '/' },
      refresh: { ...hidden, path: '/auth' },
      csrf: { sameSite: 'lax', path: '/' },
    });
    expect(cookies['csrf']).not.toHaveProperty('httpOnly');
    expect(JSON.stringify(answer.body)).not.toContain(cookies['access']?.value);
    expect((await world.post('/auth/login', { ...login, password: 'byron' })).status).toBe(401);
  });

  test('a refresh replaces all three cookies, and a reused refresh token ends the session', async () => {
    await using world = await createWorld(open, 'cookie');
    const first = cookiesOf(await world.post('/auth/login', login));
    const refreshed = await world.post('/auth/refresh', {}, headersOf(first));
    const second = cookiesOf(refreshed);

    expect(refreshed).toMatchObject({ status: 200, body: { expiresIn: 60 } });
    for (const name of ['access', 'refresh', 'csrf']) {
      expect(second[name]?.value).not.toBe(first[name]?.value);
    }
    expect((await world.post('/auth/refresh', {}, headersOf(first))).status).toBe(401);
    expect((await world.post('/auth/refresh', {}, headersOf(second))).status).toBe(401);
    expect(world.server.requests.slice(-2).map(({ code }) => code)).toEqual([
      'refreshTokenReused',
      'refreshTokenInvalid',
    ]);
  });

  test('only requests that change data need the CSRF cookie in a header', async () => {
    await using world = await createWorld(open, 'cookie');
    const cookies = cookiesOf(await world.post('/auth/login', login));
    const refused = { status: 403, body: { code: 'CSRF' } };

    for (const path of ['/auth/refresh', '/auth/logout', '/api/echo']) {
      const { Cookie = '' } = headersOf(cookies);
      expect(await world.post(path, {}, { Cookie })).toMatchObject(refused);
      expect(await world.post(path, {}, headersOf(cookies, 'made-up'))).toMatchObject(refused);
      expect(await world.post(path, {}, { 'X-CSRF-Token': 'made-up' })).toMatchObject(refused);
    }
    expect((await world.post('/api/echo', {}, headersOf(cookies))).status).toBe(200);
    const { Cookie = '' } = headersOf(cookies);
    const me = await fetch(`${world.server.url}/api/me`, { headers: { Cookie } });
    expect(await me.json()).toMatchObject({ username: 'ada' });
  });

  test('a logout clears the cookies and revokes their tokens', async () => {
    await using world = await createWorld(open, 'cookie');
    const cookies = cookiesOf(await world.post('/auth/login', login));
    const answer = await world.post('/auth/logout', {}, headersOf(cookies));

    expect(answer.status).toBe(204);
    expect(cookiesOf(answer)).toMatchObject({
      access: { maxAge: 0, path: '/' },
      refresh: { maxAge: 0, path: '/auth' },
      csrf: { maxAge: 0, path: '/' },
    });
    expect((await world.post('/auth/refresh', {}, headersOf(cookies))).status).toBe(401);
  });

  test('a page of another origin may send cookies and read the Date header', async () => {
    await using world = await createWorld(open, 'cookie');
    const Origin = 'http://localhost:5173';
    const { headers } = await world.post('/auth/login', login, { Origin });

    expect(headers.get('access-control-allow-origin')).toBe(Origin);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')).toContain('Date');
    expect(Date.parse(headers.get('date') ?? '')).toBe(world.clock.now());
  });
});
