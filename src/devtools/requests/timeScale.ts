import type { LoggedRequest } from './requestLog.ts';

/** Maps a time (in milliseconds since the epoch) to a position from 0 to 1. */
export type TimeScale = (at: number) => number;

/** The width of an idle period, as a share of all busy time. */
const gapShare = 0.03;

/**
 * Creates the scale for a log. Idle periods are shortened, since a session is idle for minutes and busy for
 * milliseconds.
 */
export function createTimeScale(log: readonly LoggedRequest[], now: number): TimeScale {
  const busy = busySpans(log, now);
  const total = busy.reduce((sum, [from, to]) => sum + (to - from), 0) || 1;
  const gap = total * gapShare;
  const length = total + gap * Math.max(0, busy.length - 1);
  return (at) => {
    let place = 0;
    for (const [from, to] of busy) {
      if (at <= to) return Math.min(1, (place + Math.max(0, at - from)) / length);
      place += to - from + gap;
    }
    return 1;
  };
}

/** The periods with requests, in order and merged where they overlap. */
function busySpans(log: readonly LoggedRequest[], now: number): readonly (readonly [number, number])[] {
  const spans = log
    .flatMap(({ phases }) => phases.map(({ from, to }) => [from, Math.max(from, to ?? now)] as const))
    .sort(([one], [other]) => one - other);
  const merged: (readonly [number, number])[] = [];
  for (const [from, to] of spans) {
    const last = merged.at(-1);
    if (last === undefined || from > last[1]) merged.push([from, to]);
    else merged.splice(-1, 1, [last[0], Math.max(last[1], to)]);
  }
  return merged;
}
