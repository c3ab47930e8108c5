import { describe, expect, test } from 'vitest';
import { openVault, contracts } from './world.ts';

const ada = { username: 'ada', password: 'lovelace' };

describe('a session with a vault', () => {
  test.each(Object.keys(contracts) as (keyof typeof contracts)[])(
    'works with the server %s',
    async (dialect) => {
      const { server, openPage } = await openVault(dialect);
      const session = openPage();
      await session.login(ada);
      const responses = await Promise.all([session.fetch('api/me'), session.api.get('api/me')]);
      expect(responses.map(({ status }) => status)).toEqual([200, 200]);
      expect(await responses[0].json()).toMatchObject({ username: 'ada' });
      server.expireAccessTokens();
      const all = await Promise.all(Array.from({ length: 20 }, () => session.fetch('api/me')));
      expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(server.counts().refresh).toBe(1);
      await session.logout();
      expect(session.getSnapshot().status).toBe('loggedOut');
    },
  );
});
