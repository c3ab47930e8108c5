import { describe, expect, test } from 'vitest';
import { openFleet, type Fleet } from './fleet/fleet.ts';
import type { Report } from './fleet/protocol.ts';
import { hasRedis } from './server.ts';

/** `CHAOS_SECONDS=300` runs the test for so long. */
const seconds = Number(process.env['CHAOS_SECONDS'] ?? 8);

const users = 10;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What may happen to Redis, each for up to three seconds. */
const faults = {
  async restart({ redis }: Fleet) {
    await redis.kill();
    await pause(Math.random() * 3_000);
    await redis.restart();
  },
  async freeze({ redis }: Fleet) {
    redis.freeze();
    await pause(Math.random() * 3_000);
    redis.thaw();
  },
  cut: ({ redis }: Fleet) => redis.cut(),
  nothing: () => Promise.resolve(),
} satisfies Record<string, (fleet: Fleet) => Promise<void>>;

const names = Object.keys(faults) as (keyof typeof faults)[];

describe.skipIf(!hasRedis)('Three processes with ten users, while Redis fails again and again', () => {
  test(
    'use no refresh token twice, and sign out nobody',
    async () => {
      await using fleet = await openFleet({
        users,
        instances: [{}, { client: 'ioredis' }, { client: 'iovalkey' }],
      });
      const happened: Record<string, number> = {};
      const reports: Report[] = [];
      const end = performance.now() + seconds * 1_000;
      for (let round = 0; performance.now() < end; round += 1) {
        const name = names[round % names.length] ?? 'nothing';
        happened[name] = (happened[name] ?? 0) + 1;
        fleet.server.expireAccessTokens();
        const asked = fleet.ask({ does: 'send', count: 2 });
        await pause(Math.random() * 100);
        await faults[name](fleet);
        reports.push(...(await asked));
      }
      const last = await fleet.ask({ does: 'send', count: 2 });
      const outcomes = new Map<unknown, number>();
      for (const outcome of reports.flatMap((report) => report.outcomes))
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (process.env['CHAOS_SECONDS'] !== undefined) {
        const longest = Math.max(...reports.map(({ took }) => took));
        console.log({ happened, outcomes, refreshes: fleet.refreshes().length, longest });
      }

      expect(fleet.refreshes().filter((status) => status !== 200)).toEqual([]);
      expect(last.flatMap(({ reasons }) => reasons)).toEqual([]);
      expect(new Set(last.flatMap((report) => report.outcomes))).toEqual(new Set([200]));
      expect([...outcomes.keys()].filter((outcome) => outcome !== 200)).toEqual([]);
    },
    (seconds + 120) * 1_000,
  );
});
