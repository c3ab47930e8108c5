import { expect, test } from 'vitest';
import { browserSignals, type Signal } from '../../src/index.ts';

test('Without a page, the signals report online and visible, and emit nothing', () => {
  const heard: Signal[] = [];
  const stop = browserSignals.subscribe((signal) => heard.push(signal));

  expect(browserSignals.isOnline()).toBe(true);
  expect(browserSignals.isVisible()).toBe(true);
  expect(stop).not.toThrow();
  expect(heard).toEqual([]);
});
