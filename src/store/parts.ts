import { randomId } from '../platform/randomId.ts';
import { byteLength, splitText } from './utf8.ts';

/** The platform's storage: one text under each key. */
export interface Texts {
  get(key: string): Promise<string | null>;
  set(key: string, text: string): Promise<unknown>;
  remove(key: string): Promise<unknown>;
}

/** Reads and writes texts that may be longer than one value. */
export interface Parts {
  get(key: string): Promise<string | null>;
  set(key: string, text: string): Promise<void>;
}

/** Says where the parts of a text are. It is stored under the key of the text itself. */
interface Head {
  readonly slot: Slot;
  /** The prefix of each part, so that parts of different texts are never mixed. */
  readonly revision: string;
  readonly count: number;
}

type Slot = 'a' | 'b';

/** The smallest allowed limit, in bytes: a head must fit into one value. */
export const leastValueBytes = 128;

/**
 * Stores texts of any length in a storage that limits the length of a value. A longer text is written in three steps: its
 * parts into the slot (of two) that is not in use, then a head that names them, and then the old parts are removed. If the
 * write is interrupted, a read finds either the old or the new text. The next write removes any parts that were left over.
 *
 * @param maxBytes - the limit of one value, in bytes of UTF-8
 */
export function createParts(texts: Texts, maxBytes: number): Parts {
  async function get(key: string): Promise<string | null> {
    const text = await texts.get(key);
    const head = readHead(text);
    if (head === null) return text;
    const tag = tagOf(head.revision);
    const parts: string[] = [];
    while (parts.length < head.count) {
      const part = await texts.get(partKey(key, head.slot, parts.length));
      if (part?.startsWith(tag) !== true) return null;
      parts.push(part.slice(tag.length));
    }
    return parts.join('');
  }

  async function setParts(key: string, text: string): Promise<void> {
    const slot = readHead(await probe(key))?.slot === 'a' ? 'b' : 'a';
    const revision = randomId().slice(0, revisionLength);
    const tag = tagOf(revision);
    const parts = splitText(text, maxBytes - tag.length);
    for (const [index, part] of parts.entries()) await texts.set(partKey(key, slot, index), tag + part);
    await clear(key, slot, parts.length);
    await texts.set(key, encodeHead({ slot, revision, count: parts.length }));
    await clear(key, slot === 'a' ? 'b' : 'a');
  }

  async function setWhole(key: string, text: string): Promise<void> {
    await texts.set(key, text);
    await clear(key, 'a');
    await clear(key, 'b');
  }

  /** Removes parts from the last to the first: parts after a gap, which an interruption could leave, would not be found. */
  async function clear(key: string, slot: Slot, from = 0): Promise<void> {
    let end = from;
    while (isPart(await probe(partKey(key, slot, end)))) end += 1;
    while (end > from) {
      end -= 1;
      await texts.remove(partKey(key, slot, end));
    }
  }

  /** Ignores read errors: Android's key store may have lost the key of an old value, and a new one must still be written. */
  async function probe(key: string): Promise<string | null> {
    try {
      return await texts.get(key);
    } catch {
      return null;
    }
  }

  return {
    get,
    set: (key, text) => (byteLength(text) <= maxBytes ? setWhole(key, text) : setParts(key, text)),
  };
}

const revisionLength = 8;

function tagOf(revision: string): string {
  return `${revision}:`;
}

function isPart(text: string | null): boolean {
  return text !== null && /^[0-9a-f]{8}:/.test(text);
}

function partKey(key: string, slot: Slot, index: number): string {
  return `${key}.${slot}.${index}`;
}

function encodeHead(head: Head): string {
  return JSON.stringify({ parts: head });
}

/** Returns `null` if the value is not a head: then it is the text itself. */
function readHead(text: string | null): Head | null {
  if (text?.startsWith('{"parts":') !== true) return null;
  try {
    const value: unknown = JSON.parse(text);
    return holdsHead(value) ? value.parts : null;
  } catch {
    return null;
  }
}

function holdsHead(value: unknown): value is { readonly parts: Head } {
  if (typeof value !== 'object' || value === null || !('parts' in value)) return false;
  if (typeof value.parts !== 'object' || value.parts === null) return false;
  const head: { readonly [Field in keyof Head]?: unknown } = value.parts;
  return (
    (head.slot === 'a' || head.slot === 'b') &&
    typeof head.revision === 'string' &&
    Number.isSafeInteger(head.count)
  );
}
