import { describe, expect, it, vi } from 'vitest';
import { createManualClock } from '../../src/testing/index.ts';

describe('a manual clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = createManualClock({ now: 1_000 });
    expect(clock.now()).toBe(1_000);

    await clock.advance(250);

    expect(clock.now()).toBe(1_250);
  });

  it('runs timers in the order of their times, and timers of the same time in the order of their creation', async () => {
    const clock = createManualClock({ now: 0 });
    const ran: string[] = [];
    for (const [name, delay] of [
      ['late', 30],
      ['early', 10],
      ['also early', 10],
      ['later', 31],
    ] as const) {
      clock.schedule(() => ran.push(`${name} at ${clock.now()}`), delay);
    }

    await clock.advance(30);
    expect(ran).toEqual(['early at 10', 'also early at 10', 'late at 30']);

    await clock.advance(1);
    expect(ran.at(-1)).toBe('later at 31');
  });

  it('runs timers that timers and promises add on the way', async () => {
    const clock = createManualClock({ now: 0 });
    const ran: number[] = [];
    const tick = () => {
      ran.push(clock.now());
      void Promise.resolve().then(() => clock.schedule(tick, 10));
    };
    void Promise.resolve().then(() => clock.schedule(tick, 10));

    await clock.advance(35);

    expect(ran).toEqual([10, 20, 30]);
  });

  it('does not run a timer that was cancelled', async () => {
    const clock = createManualClock();
    const callback = vi.fn();
    const cancel = clock.schedule(callback, 5);
    const survivor = vi.fn();
    clock.schedule(survivor, 5);

    cancel();
    await clock.advance(10);

    expect(callback).not.toHaveBeenCalled();
    expect(survivor).toHaveBeenCalledOnce();
  });

  it('runs a timer with no delay when it is advanced by 0', async () => {
    const clock = createManualClock();
    const callback = vi.fn();
    clock.schedule(callback, 0);
    expect(callback).not.toHaveBeenCalled();

    await clock.advance(0);

    expect(callback).toHaveBeenCalledOnce();
  });

  it('rejects negative and non-finite steps', async () => {
    const clock = createManualClock();

    await expect(clock.advance(-1)).rejects.toThrow(
      new RangeError('Expected `milliseconds` to be at least 0, got -1'),
    );
    await expect(clock.advance(NaN)).rejects.toThrow(
      new TypeError('Expected `milliseconds` to be a finite number, got NaN'),
    );
    expect(() => createManualClock({ now: Infinity })).toThrow(
      new TypeError('Expected `now` to be a finite number, got Infinity'),
    );
  });
});
