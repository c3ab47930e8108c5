import type { StoredRecord } from '../store/recordTypes.ts';
import { decodeRecord, encodeRecord } from '../store/storedRecord.ts';

/** An id that `randomId` creates, at the start of a text. The scripts look for the same. */
const idAtStart = /^[\da-f]{32} /i;

/**
 * Writes a record as text, after the id of this write. The id tells a script that is sent twice from two processes that
 * write the same, and is shorter than the record to compare.
 */
export function encodeText<User>(id: string, record: StoredRecord<User>): string {
  return `${id} ${encodeRecord(record)}`;
}

/** Returns `null` if there is no text, or if it is not a record. */
export function decodeText<User>(text: string | null): StoredRecord<User> | null {
  return text === null ? null : decodeRecord<User>(text.replace(idAtStart, ''));
}

/** The id of the write that stored a text, or an empty string for a text of another program. */
export const idOf = (text: string): string => idAtStart.exec(text)?.[0].trim() ?? '';
