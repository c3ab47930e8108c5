import { describe, expect, test } from 'vitest';
import { authorities } from '../authorities.ts';
import { createWorld, send } from './world.ts';

describe.each(authorities)('with $name', ({ open }) => {
  describe.each(['rotating', 'coded', 'express', 'message', 'header'] as const)(
    'the API of %s',
    (dialect) => {
      test('responds to each user with their own name', async () => {
        await using world = await createWorld(open, dialect);
        const ada = await world.tokens();
        const grace = await world.tokens('grace', 'hopper');

        const me = await world.get('/api/me', grace.accessToken);
        expect(me).toMatchObject({ body: { id: '2', username: 'grace', email: 'grace@example.com' } });
        expect(await world.get('/api/items/41', ada.accessToken)).toMatchObject({
          body: { n: 41, user: 'ada' },
        });
      });

      test('reports whether a public request had a token, but never the token', async () => {
        await using world = await createWorld(open, dialect);

        const bare = await world.get('/api/public');
        expect(bare).toMatchObject({ status: 200, body: { public: true, authorization: false } });
        const carrying = await world.get('/api/public', 'made-up');
        expect(carrying).toMatchObject({ status: 200, body: { public: true, authorization: true } });
      });

      test('refuses a forbidden resource, and the token stays valid', async () => {
        await using world = await createWorld(open, dialect);
        const { accessToken } = await world.tokens();

        expect([401, 403]).toContain((await world.get('/api/forbidden', accessToken)).status);
        expect(world.server.requests.at(-1)).toMatchObject({ code: 'forbidden', username: 'ada' });
        expect(await world.get('/api/me', accessToken)).toMatchObject({ status: 200 });
      });

      test('a body that is not JSON counts as empty credentials', async () => {
        await using world = await createWorld(open, dialect);
        const answer = await send(world.server.url + world.server.endpoints.login, {
          method: 'POST',
          body: '{',
        });

        expect(answer.status).toBe(401);
      });
    },
  );
});
