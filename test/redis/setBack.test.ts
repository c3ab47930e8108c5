import { expect, test } from 'vitest';
import { createAvailability } from '../../src/redis/availability.ts';
import { createManualClock } from '../clock.ts';

test('A clock that is set back does not lengthen the time for which a write is repeated', async () => {
  const clock = createManualClock();
  const device = { ahead: 0 };
  const { persist } = createAvailability({
    clock: { now: () => clock.now() + device.ahead, schedule: clock.schedule },
    timeout: 1_000,
  });
  const failed = new Error('Redis does not respond');
  const written = persist(() => Promise.reject(failed), true);
  const outcome = Promise.race([written.catch((error: unknown) => error), clock.advance(62_000)]);
  device.ahead = -3_600_000;

  expect(await outcome).toBe(failed);
});
