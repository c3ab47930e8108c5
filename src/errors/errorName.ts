import type { ErrorCode } from './errors.ts';

/** The name of a class by its code. A bundler may shorten the name of the class itself. */
export function errorName(code: ErrorCode): string {
  const words = code.toLowerCase().split('_').slice(1);
  return [...words, 'error'].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
