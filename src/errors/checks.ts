import { InvalidOptionError } from './errors.ts';
import { kindOf, quote } from './received.ts';

export function unexpected(option: string, expected: string, received: unknown): InvalidOptionError {
  return new InvalidOptionError(option, expected, quote(received));
}

export function expectObject(option: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null) throw unexpected(option, 'an object', value);
}

/** Checks that an object has these functions; with `?` behind its name one may be missing. */
export function expectFunctions(option: string, value: unknown, names: readonly string[]): void {
  expectObject(option, value);
  for (const name of names) {
    const member = name.replace('?', '');
    const part: unknown = Reflect.get(value, member);
    const isLeftOut = part === undefined && name.endsWith('?');
    if (!isLeftOut && typeof part !== 'function') throw unexpected(`${option}.${member}`, 'a function', part);
  }
}

export function expectFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw unexpected(option, 'a function', value);
}

export function readText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw unexpected(option, 'a text that is not empty', value);
  return value;
}

/** Timers are clamped, so a number of milliseconds may be as large as one likes; it must be finite. */
export function readNumber(option: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw unexpected(option, `a finite number of at least ${least}`, value);
  }
  return value;
}

/** A signal may come from another realm or a polyfill: what counts is that it works as one. */
export function readSignal(option: string, signal: AbortSignal | null | undefined): AbortSignal | null {
  if (signal === undefined || signal === null) return null;
  const isSignal =
    typeof signal === 'object' &&
    typeof signal.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function' &&
    typeof signal.removeEventListener === 'function';
  if (!isSignal) throw unexpected(option, 'an AbortSignal', signal);
  return signal;
}

export function readInteger(option: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw unexpected(option, `a whole number of at least ${least}`, value);
  }
  return value;
}

/** Quotes what came where it is a text: with few to choose from, it is a misspelt one and no secret. */
export function readOneOf<Member extends string>(
  option: string,
  value: unknown,
  members: readonly Member[],
): Member {
  const found = members.find((member) => member === value);
  if (found !== undefined) return found;
  const expected = members.map((member) => `'${member}'`).join(' or ');
  throw new InvalidOptionError(option, expected, typeof value === 'string' ? `\`${value}\`` : kindOf(value));
}

export function readBoolean(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw unexpected(option, 'true or false', value);
  return value;
}

export function readUrl(option: string, value: unknown): URL {
  const expected = 'an absolute `http:` or `https:` URL';
  if (typeof value !== 'string' && !(value instanceof URL)) throw unexpected(option, expected, value);
  const url = parseUrl(String(value));
  if (url !== undefined && (url.username !== '' || url.password !== '')) {
    throw new InvalidOptionError(option, 'a URL without credentials', 'one with a user name or a password');
  }
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.host === '') {
    const text = String(value);
    throw new InvalidOptionError(option, expected, text.includes('@') ? kindOf(text) : `\`${text}\``);
  }
  return url;
}

/** React Native's `URL` has no `canParse`; it takes anything, and finds no host in it. */
function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
