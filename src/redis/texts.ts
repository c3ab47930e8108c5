import type { StoredRecord } from '../store/recordTypes.ts';
import { decodeRecord, encodeRecord } from '../store/storedRecord.ts';

/** The number of characters of an id that `randomId` creates. */
const idLength = 32;

/**
 * Writes a record as text, after the id of this write. The id tells a script that is sent twice from two processes that
 * write the same, and is shorter than the record to compare.
 */
export function encodeText<User>(id: string, record: StoredRecord<User>): string {
  return `${id} ${encodeRecord(record)}`;
}

/** Returns `null` if there is no text, or if it is not a record. */
export function decodeText<User>(text: string | null): StoredRecord<User> | null {
  return text === null ? null : decodeRecord<User>(text.slice(idLength + 1));
}

/** The id of the write that stored a text. */
export function idOf(text: string): string {
  return text.slice(0, idLength);
}
