import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSession } from '../../src/index.ts';
import { rotating } from '../referenceServer/contracts/rotating.ts';

const mistake = new Error('a mistake');
const reportError = vi.fn();
const consoleError = vi.fn();

beforeEach(() => {
  reportError.mockClear();
  consoleError.mockClear();
  vi.stubGlobal('reportError', reportError);
  vi.spyOn(console, 'error').mockImplementation(consoleError);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** An application whose listener throws in its first call. `prepare` changes the platform first. */
function throwInListener(prepare = (): void => undefined): void {
  using session = createSession({ baseUrl: 'https://api.example.com', server: rotating });
  prepare();
  session.subscribe(() => {
    throw mistake;
  });
}

test('logs a listener’s error to the console if `reportError` would end the process, as in Deno', () => {
  throwInListener();

  expect(consoleError).toHaveBeenCalledExactlyOnceWith(mistake);
  expect(reportError).not.toHaveBeenCalled();
});

test('reports a listener’s error to the page', () => {
  throwInListener(() => vi.stubGlobal('document', {}));

  expect(reportError).toHaveBeenCalledExactlyOnceWith(mistake);
  expect(consoleError).not.toHaveBeenCalled();
});

test('reports a listener’s error to a web worker', () => {
  throwInListener(() => vi.stubGlobal('importScripts', () => undefined));

  expect(reportError).toHaveBeenCalledExactlyOnceWith(mistake);
});
