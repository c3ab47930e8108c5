import type { LoggedRequest } from './requestLog.ts';

/** Places moments on a line from 0 to 1. */
export type TimeScale = (at: number) => number;

/** What a while without any request takes on the line, in parts of all that is busy. */
const gapShare = 0.03;

/**
 * The scale for a log. Whiles in which nothing was under way are cut short: a session sleeps for minutes and is
 * busy for milliseconds.
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

/** The spans in which something was under way, in order, none of which meet. */
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
