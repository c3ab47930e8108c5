import { expect, onTestFinished, vi } from 'vitest';

export interface TimersOfKy {
  /** Lets time pass. */
  advance(milliseconds: number): Promise<void>;
  /** Waits for what begins after a timer that is due at once. */
  until(isSo: () => boolean): Promise<void>;
}

/** ky goes by the platform's timers. Here they stand still, so that nothing is late on a machine that is busy. */
export function holdTimersOfKy(): TimersOfKy {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const advance = async (milliseconds: number) => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  };
  return {
    advance,
    until: (isSo) => expect.poll(() => advance(0).then(isSo)).toBe(true),
  };
}
