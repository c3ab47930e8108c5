import type { StoredRecord } from './recordTypes.ts';
import { isEnded, nameOf } from './storedRecord.ts';

/** The record that the store showed last, or was given. */
export interface LastRecord<User> {
  hold(record: StoredRecord<User>): void;
  /** The name of the record. */
  name(): string | null;
  /** The session that the store held when it held one last; `null` once its end is there. */
  sessionId(): string | null;
}

export function createLastRecord<User>(): LastRecord<User> {
  let last: { readonly record: StoredRecord<User>; readonly name: string } | null = null;
  let sessionId: string | null = null;

  return {
    hold(record) {
      if (last?.record !== record) last = { record, name: nameOf(record) };
      if (!isEnded(record)) sessionId = record.sessionId;
      else if (record.sessionId === sessionId) sessionId = null;
    },
    name: () => last?.name ?? null,
    sessionId: () => sessionId,
  };
}
