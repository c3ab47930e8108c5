import { kindOf } from '../../errors/received.ts';
import { isStream } from '../../requests/spare.ts';
import { isRecord } from '../../store/storedRecord.ts';
import { lockPrefix } from '../locks.ts';
import {
  requestMembers,
  type ApiRequest,
  type AuthorizationRequest,
  type HeaderPairs,
  type SessionHandles,
} from '../protocol.ts';

/*
 * Each function reads a field of a message. An attacker may have written the message, so that each field is checked when it is
 * read. The error (a `TypeError`) names the field, but not its value.
 */

const invalid = (name: string, expected: string, value: unknown): TypeError =>
  new TypeError(`Expected \`${name}\` to be ${expected}, got ${kindOf(value)}`);

const reader =
  <Value>(expected: string, isValid: (value: unknown) => value is Value) =>
  (message: object, name: string): Value => {
    const value: unknown = Reflect.get(message, name);
    if (isValid(value)) return value;
    throw invalid(name, expected, value);
  };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;
const orNull =
  <Value>(isValid: (value: unknown) => value is Value) =>
  (value: unknown): value is Value | null =>
    value === null || isValid(value);

export const any = (message: object, name: string): unknown => Reflect.get(message, name);
export const text = reader('a string', isText);
export const number = reader('a number of at least 0', isNumber);
export const record = reader('a record', isRecord<unknown>);
export const recordOrNull = reader('a record or null', orNull(isRecord<unknown>));
const textOrNull = reader('a string or null', orNull(isText));
const object = reader('an object', isObject);
const body = reader(
  'a string, a Blob, an ArrayBuffer, a ReadableStream or null',
  (value): value is ApiRequest['body'] =>
    value === null ||
    isText(value) ||
    value instanceof Blob ||
    value instanceof ArrayBuffer ||
    isStream(value),
);

export function readMessage(data: unknown): object {
  if (isObject(data)) return data;
  throw invalid('the message', 'an object', data);
}

/** Only the locks of pages, since the worker asks for this one. */
export function readLock(message: object): string | null {
  const name = textOrNull(message, 'lock');
  if (name === null || name.startsWith(lockPrefix)) return name;
  throw invalid('lock', `a name that starts with ${lockPrefix}`, name);
}

export function readHandles(message: object): SessionHandles {
  return {
    accessToken: textOrNull(message, 'accessToken'),
    refreshToken: textOrNull(message, 'refreshToken'),
    user: any(message, 'user'),
  };
}

/** Reads a request. Other members than those of a request of the page are left out. */
export function readRequest(message: object): ApiRequest {
  const given = object(message, 'init');
  const init: ApiRequest['init'] = Object.fromEntries(requestMembers.map((name) => [name, any(given, name)]));
  return {
    url: text(message, 'url'),
    handle: text(message, 'handle'),
    headers: readPairs('headers', any(message, 'headers')),
    body: body(message, 'body'),
    init,
  };
}

/** Reads the options of `signIn()`, which a page passes on as they are. */
export function readAuthorizationRequest(message: object): AuthorizationRequest {
  const given = Object.entries(message).filter(([, value]) => value != null);
  const options = Object.fromEntries(given);
  const texts = ['prompt', 'loginHint', 'acrValues', 'returnTo', 'state'].filter((name) => name in options);
  const parameters = 'parameters' in options ? object(options, 'parameters') : {};
  return {
    state: null,
    ...Object.fromEntries(texts.map((name) => [name, text(options, name)])),
    ...('maxAge' in options && { maxAge: number(options, 'maxAge') }),
    parameters: Object.fromEntries(readPairs('parameters', Object.entries(parameters))),
  };
}

function readPairs(field: string, pairs: unknown): HeaderPairs {
  if (!Array.isArray(pairs)) throw invalid(field, 'an array', pairs);
  return pairs.map((pair: unknown) => {
    const [name, value] = [pair].flat<unknown[]>();
    if (isText(name) && isText(value)) return [name, value];
    throw invalid(field, 'pairs of strings', pair);
  });
}
