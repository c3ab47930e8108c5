import { expect, onTestFinished, vi } from 'vitest';

export interface TimersOfKy {
  /** Advances the time. */
  advance(milliseconds: number): Promise<void>;
  /** Waits for an effect of a timer that is due at once. */
  until(isSo: () => boolean): Promise<void>;
}

/** Replaces the platform's timers, which ky uses, so that a busy machine does not make ky time out. */
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
