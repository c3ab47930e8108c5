import { InvalidOptionError } from './errors.ts';
import { expectKnown } from './knownNames.ts';
import { kindOf, quote } from './received.ts';

/** A kind of value that an option may have. */
export interface Kind<Value> {
  /** The expected value, as text for an error. */
  readonly expected: string;
  readonly includes: (value: unknown) => value is Value;
  /** Describes the received value in an error. Default quotes only numbers and booleans, since a text may be a secret. */
  readonly show?: (value: unknown) => string;
}

/** With few texts to choose from, what came is a misspelt one and no secret. */
const showText = (value: unknown): string => (typeof value === 'string' ? `\`${value}\`` : kindOf(value));

export const object: Kind<object> = {
  expected: 'an object',
  includes: (value) => typeof value === 'object' && value !== null,
};

export const func: Kind<() => unknown> = {
  expected: 'a function',
  includes: (value): value is () => unknown => typeof value === 'function',
};

export const text: Kind<string> = {
  expected: 'a non-empty string',
  includes: (value): value is string => typeof value === 'string' && value !== '',
};

export const boolean: Kind<boolean> = {
  expected: 'true or false',
  includes: (value) => typeof value === 'boolean',
};

/** A number of milliseconds, mostly. It must be finite; timers are clamped, so no number is too large. */
export const atLeast = (
  least: number,
  adjective = 'finite',
  isValid: (value: unknown) => boolean = Number.isFinite,
): Kind<number> => ({
  expected: `a ${adjective} number of at least ${least}`,
  includes: (value): value is number => typeof value === 'number' && isValid(value) && value >= least,
});

export const wholeNumber = (least: number): Kind<number> => atLeast(least, 'whole', Number.isSafeInteger);

export const oneOf = <const Member extends string>(members: readonly Member[]): Kind<Member> => ({
  expected: `one of ${members.join(', ')}`,
  includes: (value): value is Member => members.some((member) => member === value),
  show: showText,
});

/** The same kind, or one special value: `false` in place of a number, for example. */
export const orValue = <Value, Other extends false | number>(
  other: Other,
  { expected, includes }: Kind<Value>,
): Kind<Value | Other> => ({
  expected: `${other} or ${expected}`,
  includes: (value): value is Value | Other => value === other || includes(value),
});

export const url: Kind<string | URL> = {
  expected: 'an absolute `http:` or `https:` URL without credentials, or a path if there is a page',
  includes: (value): value is string | URL =>
    (typeof value === 'string' || value instanceof URL) && isPlainHttp(String(value)),
  show(value) {
    if (typeof value !== 'string' && !(value instanceof URL)) return quote(value);
    const shown = String(value);
    return shown.includes('@') ? 'a string with `@`: a user name or a password' : `\`${shown}\``;
  },
};

/** React Native's `URL` takes anything, and finds no host in it. */
function isPlainHttp(address: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(address);
    return /^https?:$/.test(protocol) && host !== '' && username === '' && password === '';
  } catch {
    return false;
  }
}

/** Returns the value of an option. @throws {InvalidOptionError} it is of another kind */
export function check<Value>(
  option: string,
  value: unknown,
  { expected, includes, show = quote }: Kind<Value>,
): Value {
  if (includes(value)) return value;
  throw new InvalidOptionError(option, expected, show(value));
}

/** The kind of each option of a group, after its default. */
type OptionTable<Group> = {
  readonly [Name in keyof Group]: readonly [fallback: NoInfer<Group[Name]>, kind: Kind<Group[Name]>];
};

/** Reads a group of options. An option that is left out has its default. */
export function readGroup<Group extends object>(
  group: string,
  given: unknown,
  table: OptionTable<Group>,
): Readonly<Group>;
export function readGroup(
  group: string,
  given: unknown = {},
  table: Readonly<Record<string, readonly [unknown, Kind<unknown>]>>,
): object {
  const options = check(group, given, object);
  expectKnown(`${group}.`, options, Object.keys(table));
  const entries = Object.entries(table).map(([name, [fallback, kind]]): [string, unknown] => [
    name,
    check(`${group}.${name}`, Reflect.get(options, name) ?? fallback, kind),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

/** Checks the members of an object, which are functions by default. One with `?` after its name may be missing. */
export function expectMembers(
  option: string,
  value: unknown,
  names: readonly string[],
  kind: Kind<unknown> = func,
): void {
  const members = check(option, value, object);
  for (const name of names) {
    const member = name.replace('?', '');
    const part: unknown = Reflect.get(members, member);
    if (part !== undefined || member === name) check(`${option}.${member}`, part, kind);
  }
}

/** A signal may come from another realm or a polyfill: what counts is that it works as one. */
export function readSignal(option: string, signal: AbortSignal | null | undefined): AbortSignal | null {
  return signal == null ? null : check(option, signal, abortSignal);
}

const abortSignal: Kind<AbortSignal> = {
  expected: 'an AbortSignal',
  includes: (value): value is AbortSignal =>
    object.includes(value) &&
    typeof Reflect.get(value, 'aborted') === 'boolean' &&
    ['addEventListener', 'removeEventListener'].every((name) => func.includes(Reflect.get(value, name))),
};
