import { isError } from '../errors/errorKind.ts';
import { randomId } from '../platform/randomId.ts';
import type { StoredRecord } from '../store/recordTypes.ts';
import type { Decide, SessionStore } from '../store/sessionStore.ts';
import type { Availability } from './availability.ts';
import type { Commands } from './client.ts';
import type { Keys } from './keys.ts';
import type { News } from './news.ts';
import { readScript, replaceScript } from './scripts.ts';
import { decodeText, encodeText, idOf } from './texts.ts';

/** Reads and changes records in Redis. */
export interface Records<User> {
  readonly read: (this: void, key: string) => Promise<StoredRecord<User> | null>;
  readonly update: SessionStore<User>['update'];
  /** While an update decides about this key: the last holder of its lock, or an empty string. Otherwise `null`. */
  readonly holderInUpdate: (this: void, key: string) => string | null;
  /** Resolves when no update of this key is still to be written. */
  readonly written: (this: void, key: string) => Promise<unknown>;
}

export interface RecordsOptions {
  readonly commands: Pick<Commands, 'evaluate' | 'get'>;
  readonly availability: Availability;
  readonly news: Pick<News, 'changeOf'>;
  readonly channel: string;
  readonly keysOf: (key: string) => Keys;
  readonly timeToLive: number;
  /** Called after each change. */
  readonly changed: (key: string) => void;
}

/** What Redis contained in one moment. An empty string stands for none. */
interface Found {
  readonly record: string;
  readonly holder: string;
}

interface Decision<User> {
  readonly current: StoredRecord<User> | null;
  readonly next?: StoredRecord<User> | undefined;
  readonly error?: Error;
}

export function createRecords<User>(options: RecordsOptions): Records<User> {
  const { commands, availability, news, channel, keysOf, timeToLive, changed } = options;
  const pending = new Map<string, Promise<unknown>>();
  let deciding: { readonly key: string; readonly holder: string } | null = null;

  const evaluate = async ({ record, holder }: Keys, script: string, values: readonly string[]) =>
    readFound(await availability.run(() => commands.evaluate(script, [record, holder], values)));

  function decideOn(key: string, { record, holder }: Found, decide: Decide<User>): Decision<User> {
    const current = record === '' ? null : (decodeText<User>(record) ?? undefined);
    deciding = { key, holder };
    try {
      return { current: current ?? null, next: decide(current) };
    } catch (error) {
      return { current: null, error: isError(error) ? error : new Error('The decision failed') };
    } finally {
      deciding = null;
    }
  }

  /** @param attempts - what earlier attempts have sent, by the ids of the writes: one may have been stored unseen */
  async function updateOnce(
    key: string,
    decide: Decide<User>,
    attempts: Map<string, Decision<User>>,
  ): Promise<Decision<User>> {
    const keys = keysOf(key);
    let found = await evaluate(keys, readScript, []);
    for (;;) {
      const known = attempts.get(idOf(found.record));
      if (known !== undefined) return known;
      const decision = decideOn(key, found, decide);
      if (decision.next === undefined) return decision;
      const id = randomId();
      attempts.set(id, decision);
      const next = encodeText(id, decision.next);
      const limits = [String(timeToLive), channel, news.changeOf(key)];
      found = await evaluate(keys, replaceScript, [idOf(found.record), found.holder, next, id, ...limits]);
    }
  }

  /** Remembers an update until it has settled. */
  function track(key: string, update: Promise<unknown>): void {
    const all = Promise.allSettled([pending.get(key), update]).then(() => {
      if (pending.get(key) === all) pending.delete(key);
    });
    pending.set(key, all);
  }

  return {
    read: async (key) =>
      decodeText<User>(textOf(await availability.runUnlessDown(() => commands.get(keysOf(key).record)))),
    async update(key, decide) {
      const attempts = new Map<string, Decision<User>>();
      // The new tokens of a refresh must not be lost because a connection is cut.
      const writing = availability.persist(() => updateOnce(key, decide, attempts), true);
      track(key, writing);
      const { current, next, error } = await writing;
      if (error !== undefined) throw error;
      if (next === undefined) return current;
      changed(key);
      return next;
    },
    written: async (key) => pending.get(key),
    holderInUpdate: (key) => (deciding?.key === key ? deciding.holder : null),
  };
}

/** Reads the reply of a script. */
function readFound(reply: unknown): Found {
  if (!Array.isArray(reply)) throw new Error('Redis has returned no record');
  const values: readonly unknown[] = reply;
  const [record, holder] = values;
  return { record: textOf(record) ?? '', holder: textOf(holder) ?? '' };
}

/** A client may be set up to return bytes. */
function textOf(reply: unknown): string | null {
  if (typeof reply === 'string') return reply;
  return reply instanceof Uint8Array ? new TextDecoder().decode(reply) : null;
}
