import { kindOf } from '../../errors/received.ts';
import type { StoredRecord } from '../../store/recordTypes.ts';
import { isRecord } from '../../store/storedRecord.ts';
import { lockPrefix } from '../locks.ts';
import {
  requestMembers,
  type ApiRequest,
  type AuthorizationRequest,
  type SessionHandles,
} from '../protocol.ts';

/** The fields of a message. An attacker may have written it, so that each field is checked when it is read. */
export interface Fields {
  any(this: void, name: string): unknown;
  text(this: void, name: string): string;
  textOrNull(this: void, name: string): string | null;
  number(this: void, name: string): number;
  numberOrNull(this: void, name: string): number | null;
  record(this: void, name: string): StoredRecord<unknown>;
  recordOrNull(this: void, name: string): StoredRecord<unknown> | null;
}

/** @throws {TypeError} the message, or a field when it is read, is not valid; the error names it, but not its value */
export function fieldsOf(data: unknown): Fields {
  if (typeof data !== 'object' || data === null) throw invalid('the message', 'an object', data);
  const any = (name: string): unknown => Reflect.get(data, name);
  const reader =
    <Value>(expected: string, isValid: (value: unknown) => value is Value) =>
    (name: string): Value => {
      const value = any(name);
      if (isValid(value)) return value;
      throw invalid(name, expected, value);
    };
  return {
    any,
    text: reader('a string', isText),
    textOrNull: reader('a string or null', orNull(isText)),
    number: reader('a number of at least 0', isNumber),
    numberOrNull: reader('a number of at least 0 or null', orNull(isNumber)),
    record: reader('a record', isRecord<unknown>),
    recordOrNull: reader('a record or null', orNull(isRecord<unknown>)),
  };
}

const invalid = (name: string, expected: string, value: unknown): TypeError =>
  new TypeError(`Expected \`${name}\` to be ${expected}, got ${kindOf(value)}`);

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;
const orNull =
  <Value>(isValid: (value: unknown) => value is Value) =>
  (value: unknown): value is Value | null =>
    value === null || isValid(value);

/** Only the locks of pages, since the worker asks for this one. */
export function readLock({ textOrNull }: Fields): string | null {
  const name = textOrNull('lock');
  if (name === null || name.startsWith(lockPrefix)) return name;
  throw invalid('lock', `a name that starts with ${lockPrefix}`, name);
}

export function readHandles({ any, textOrNull }: Fields): SessionHandles {
  return {
    accessToken: textOrNull('accessToken'),
    refreshToken: textOrNull('refreshToken'),
    user: any('user'),
  };
}

/** Reads a request. Other members than those of a request of the page are left out. */
export function readRequest({ any, text }: Fields): ApiRequest {
  const init = any('init');
  const body = any('body');
  if (typeof init !== 'object' || init === null) throw invalid('init', 'an object', init);
  if (!isBody(body)) throw invalid('body', 'a string, a Blob, an ArrayBuffer, a MessagePort or null', body);
  const headers: unknown = Reflect.get(init, 'headers');
  const members = requestMembers.map((name): [string, unknown] => [name, Reflect.get(init, name)]);
  const given: Partial<RequestInit> = Object.fromEntries(members);
  return {
    url: text('url'),
    handle: text('handle'),
    body,
    init: { ...given, headers: readPairs('init.headers', headers) },
  };
}

export function readAuthorizationRequest({
  any,
  text,
  textOrNull,
  numberOrNull,
}: Fields): AuthorizationRequest {
  return {
    prompt: textOrNull('prompt'),
    loginHint: textOrNull('loginHint'),
    maxAge: numberOrNull('maxAge'),
    acrValues: textOrNull('acrValues'),
    parameters: readPairs('parameters', any('parameters')),
    returnTo: text('returnTo'),
    state: textOrNull('state'),
  };
}

function readPairs(field: string, pairs: unknown): [name: string, value: string][] {
  if (!Array.isArray(pairs)) throw invalid(field, 'an array', pairs);
  return pairs.map((pair: unknown) => {
    const [name, value] = [pair].flat<unknown[]>();
    if (isText(name) && isText(value)) return [name, value];
    throw invalid(field, 'an array of pairs of strings', pair);
  });
}

const isBody = (body: unknown): body is ApiRequest['body'] =>
  body === null ||
  typeof body === 'string' ||
  body instanceof Blob ||
  body instanceof ArrayBuffer ||
  body instanceof MessagePort;
