import { describe, expect, test } from 'vitest';
import { authorities } from '../authorities.ts';
import { anyText, anyToken, createWorld } from './world.ts';

describe.each(authorities)('express with $name', ({ open }) => {
  test('a login returns both tokens, or 401 with a text', async () => {
    await using world = await createWorld(open, 'express');

    const { status, body } = await world.post('/login', { username: 'ada', password: 'lovelace' });
    expect(status).toBe(200);
    expect(body).toEqual({ accessToken: anyToken, refreshToken: anyToken });
    const refused = await world.login('ada', 'wrong');
    expect(refused).toMatchObject({ status: 401, body: 'Username or password incorrect' });
  });

  test('the API answers 401 without a token and 403 with a bad or expired one', async () => {
    await using world = await createWorld(open, 'express');
    const { accessToken } = await world.tokens();
    const badToken = { status: 403, body: { error: 'Invalid or expired token' } };

    expect(await world.get('/api/me')).toMatchObject({ status: 401, body: { error: anyText } });
    expect(await world.get('/api/me', 'made-up')).toMatchObject(badToken);
    world.clock.advance(59);
    expect(await world.get('/api/me', accessToken)).toMatchObject({ status: 200 });
    world.clock.advance(1);
    expect(await world.get('/api/me', accessToken)).toMatchObject(badToken);
  });

  test('only the text distinguishes a forbidden resource from a bad token', async () => {
    await using world = await createWorld(open, 'express');
    const { accessToken } = await world.tokens();

    const forbidden = await world.get('/api/forbidden', accessToken);
    expect(forbidden).toMatchObject({ status: 403, body: { error: 'Not allowed' } });
  });

  test('a refresh returns an access token and keeps the refresh token, for seven days', async () => {
    await using world = await createWorld(open, 'express');
    const { refreshToken } = await world.tokens();
    world.clock.advance(7 * 24 * 60 * 60 - 1);
    const { status, body } = await world.post('/token', { refreshToken });

    expect(status).toBe(200);
    expect(body).toEqual({ accessToken: anyToken });
    expect(await world.refresh(refreshToken)).toMatchObject({ status: 200 });
    world.clock.advance(1);
    expect(await world.refresh(refreshToken)).toMatchObject({
      status: 403,
      body: { error: anyText },
    });
  });

  test('a refresh without a token is refused with 401, with an unknown one with 403', async () => {
    await using world = await createWorld(open, 'express');

    expect(await world.post('/token', {})).toMatchObject({
      status: 401,
      body: { error: anyText },
    });
    expect(await world.refresh('made-up')).toMatchObject({
      status: 403,
      body: { error: anyText },
    });
  });

  test('a logout deletes the refresh token, and a second logout changes nothing', async () => {
    await using world = await createWorld(open, 'express');
    const { accessToken, refreshToken } = await world.tokens();

    expect(await world.post('/logout', { refreshToken })).toMatchObject({ status: 204, body: '' });
    expect(await world.post('/logout', { refreshToken })).toMatchObject({ status: 204, body: '' });
    expect(await world.refresh(refreshToken)).toMatchObject({ status: 403 });
    expect(await world.get('/api/me', accessToken)).toMatchObject({ status: 200 });
    expect(world.server.counts()).toMatchObject({ login: 1, logout: 2, refresh: 1, api: 1, refused: 1 });
  });
});
