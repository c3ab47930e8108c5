import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { isLoggedOutError, isSessionError } from '../../../src/index.ts';

test('an error of another realm is recognised by its code, and a plain value is not', () => {
  const error: unknown = runInNewContext("Object.assign(new Error('x'), { code: 'ERR_LOGGED_OUT' })");

  expect(isLoggedOutError(error)).toBe(true);
  expect(isSessionError('ERR_LOGGED_OUT')).toBe(false);
  expect(isSessionError(null)).toBe(false);
});
