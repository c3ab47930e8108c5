import { describe, expect, test } from 'vitest';
import { openWorld } from './processes/processes.ts';

describe('Processes whose access token expires at the same moment', () => {
  test.each([2, 10, ...more()])(
    '%i processes with five requests each make one refresh, and lose none',
    async (count) => {
      await using world = await openWorld();
      const programs = await Promise.all(Array.from({ length: count }, () => world.start()));
      for (const generation of [1, 2]) {
        world.server.expireAccessTokens();
        const reports = await Promise.all(programs.map((program) => program.ask({ does: 'send', count: 5 })));

        expect(reports.flatMap(({ outcomes }) => outcomes)).toEqual(
          Array.from({ length: 5 * count }, () => 200),
        );
        expect(new Set(reports.map(({ view }) => view.status))).toEqual(new Set(['authenticated']));
        expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
        expect(world.refreshes()).toEqual(Array.from({ length: generation }, () => 200));
      }
    },
  );
});

/** `PROCESSES=50` runs the test with so many processes too. */
function more(): number[] {
  const { PROCESSES } = process.env;
  return PROCESSES === undefined ? [] : [Number(PROCESSES)];
}
