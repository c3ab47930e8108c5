import { expect, test } from 'vitest';
import { browserSignals, type Signal } from '../../src/index.ts';

test('Where there is no page, the signals of one count as online and visible, and say nothing', () => {
  const heard: Signal[] = [];
  const stop = browserSignals.subscribe((signal) => heard.push(signal));

  expect(browserSignals.isOnline()).toBe(true);
  expect(browserSignals.isVisible()).toBe(true);
  expect(stop).not.toThrow();
  expect(heard).toEqual([]);
});
