import { describe, expect, test } from 'vitest';
import { testsEverything } from '../everything.ts';
import { clientNames } from './clients.ts';
import { openFleet } from './fleet/fleet.ts';
import { hasRedis } from './server.ts';

/** `FLEET_USERS=250` runs the test with so many users. */
const users = Number(process.env['FLEET_USERS'] ?? 20);

describe.skipIf(!hasRedis)('Four processes whose access tokens expire at the same moment', () => {
  test.each(testsEverything ? clientNames : (['ioredis'] as const))(
    'make one refresh for each user and generation, with the client %s',
    async (client) => {
      await using fleet = await openFleet({
        users,
        client,
        instances: [{}, {}, {}, {}],
        // A busy machine must not count as a lost response.
        timeout: 60_000,
      });
      for (const generation of [1, 2]) {
        fleet.server.expireAccessTokens();
        const reports = await fleet.ask({ does: 'send', count: 4 });
        if (process.env['FLEET_USERS'] !== undefined)
          console.log(client, generation, Math.max(...reports.map(({ took }) => took)));

        expect(reports.flatMap(({ reasons }) => reasons)).toEqual([]);
        expect(new Set(reports.flatMap(({ outcomes }) => outcomes))).toEqual(new Set([200]));
        expect(new Set(reports.flatMap(({ statuses }) => statuses))).toEqual(new Set(['authenticated']));
        expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
        expect(fleet.refreshes()).toEqual(Array.from({ length: generation * users }, () => 200));
      }
    },
  );
});
