import { isError, readProperty } from './errorKind.ts';
import type { ErrorCode, SessionError } from './errors.ts';

/**
 * Whether a value is the error with this code. Compares the code and not the class, so that it also recognises an error
 * of a second copy of the library (ESM beside CommonJS, for example).
 */
export function hasCode(value: unknown, code: ErrorCode): value is SessionError {
  return isError(value) && readProperty(value, 'code') === code;
}
