import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import { containsCanary } from './marker.ts';

export { createCanary, containsCanary } from './marker.ts';

interface Found {
  readonly value: unknown;
  readonly path: string;
}

/**
 * Searches a value and everything reachable from it for a canary: properties of every kind, symbols, getters, prototypes,
 * keys, maps, sets, headers, bytes, errors and their causes, and the output of `JSON.stringify` and `util.inspect` for an
 * error.
 *
 * @param skip - values that have been searched already
 * @returns the shortest path to a canary, or `null`
 */
export function hunt(
  value: unknown,
  name = 'value',
  skip: (value: object) => boolean = () => false,
): string | null {
  const seen = new Set<unknown>();
  const queue: Found[] = [{ value, path: name }];
  for (const { value: found, path } of queue) {
    if (typeof found === 'string' || typeof found === 'symbol') {
      if (containsCanary(String(found))) return path;
      continue;
    }
    if ((typeof found !== 'object' && typeof found !== 'function') || found === null || seen.has(found))
      continue;
    seen.add(found);
    if (skip(found)) continue;
    for (const part of partsOf(found, path)) {
      if (containsCanary(part.path.slice(path.length))) return `${path} (a key)`;
      queue.push(part);
    }
  }
  return null;
}

function* partsOf(value: object, path: string): Generator<Found> {
  if (value instanceof Error) {
    yield {
      value: textOf(() => inspect(value, { showHidden: true, depth: Infinity })),
      path: `inspect(${path})`,
    };
    yield { value: textOf(() => JSON.stringify(value)), path: `JSON.stringify(${path})` };
    yield { value: textOf(() => String(value)), path: `String(${path})` };
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    yield { value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), path };
    return;
  }
  if (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Headers ||
    value instanceof URLSearchParams
  ) {
    yield { value: [...value], path: `${path}.entries()` };
  }
  for (let holder: object | null = value; holder !== null; holder = prototypeOf(holder)) {
    for (const key of Reflect.ownKeys(holder)) {
      const place = typeof key === 'symbol' ? `${path}[${String(key)}]` : `${path}.${key}`;
      yield { value: readOf(value, holder, key), path: place };
    }
  }
}

/** Prototypes of the platform have getters that must be searched; those of plain objects and functions do not. */
function prototypeOf(holder: object): object | null {
  const prototype: object | null = Reflect.getPrototypeOf(holder);
  return prototype === Object.prototype || prototype === Function.prototype || prototype === Array.prototype
    ? null
    : prototype;
}

function readOf(value: object, holder: object, key: string | symbol): unknown {
  const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
  if (descriptor === undefined) return undefined;
  if (descriptor.get === undefined) return descriptor.value;
  const { get } = descriptor;
  return valueOf(() => Reflect.apply(get, value, []));
}

function textOf(read: () => string | undefined): unknown {
  return valueOf(read);
}

/** A getter may throw, synchronously or later. Then its error is searched, and is not reported elsewhere. */
function valueOf(read: () => unknown): unknown {
  try {
    const value = read();
    if (value instanceof Promise) void value.catch(() => undefined);
    return value;
  } catch (error) {
    return error;
  }
}
