import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { open, readdir, readFile, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './fileErrors.ts';
import { giveToOwner } from './fileOwner.ts';

/** What the file contains at one moment. */
export interface Contents {
  /** `null` if there is no file. */
  readonly text: string | null;
  /** The records by key, unchecked. Empty if the file is not one of this store. */
  readonly records: ReadonlyMap<string, unknown>;
  /** Whether the file holds something that is not from this version of the store. */
  readonly isForeign: boolean;
}

/** The file with the records of all keys. It is replaced as a whole, so that a reader never sees half of it. */
export interface RecordFile {
  read(this: void): Promise<Contents>;
  /**
   * Replaces the file, unless it has changed. The new file is written and flushed first, so `commit` does nothing but
   * compare and rename.
   *
   * @param commit - runs its task while no other process does
   * @returns whether the file was replaced
   */
  replace(
    this: void,
    before: Contents,
    records: ReadonlyMap<string, unknown>,
    commit: (task: () => boolean) => Promise<boolean>,
  ): Promise<boolean>;
}

/** The version of the format. */
const version = 1;

/** The first characters of the file, even if the rest was cut off. */
const beginning = `{"sessionchart":${version},`;

/** A draft that is older than this was left by a process that was killed, in milliseconds. */
const oldest = 60_000;

export function createRecordFile(path: string): RecordFile {
  return {
    async read() {
      try {
        return decode(await readFile(path, 'utf8'));
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
        return decode(null);
      }
    },
    async replace(before, records, commit) {
      const draft = await writeDraft(path, encode(records));
      let isDone = false;
      try {
        isDone = await commit(() => exchange(path, draft, before));
      } finally {
        if (!isDone) await unlink(draft).catch(() => undefined);
      }
      if (isDone) await Promise.all([flushFolder(path), removeOldDrafts(path)]);
      return isDone;
    },
  };
}

function encode(records: ReadonlyMap<string, unknown>): string {
  return JSON.stringify({ sessionchart: version, sessions: Object.fromEntries(records) });
}

function decode(text: string | null): Contents {
  const nothing = { text, records: new Map<string, unknown>() };
  // After a power failure, a file system may leave zeros.
  if (text === null || /^[\s\0]*$/.test(text)) return { ...nothing, isForeign: false };
  try {
    const value: unknown = JSON.parse(text);
    if (isOurs(value)) return { text, records: new Map(Object.entries(value.sessions)), isForeign: false };
  } catch {
    // Not JSON.
  }
  return { ...nothing, isForeign: !text.startsWith(beginning) };
}

function isOurs(value: unknown): value is { readonly sessions: object } {
  if (typeof value !== 'object' || value === null) return false;
  if (!('sessionchart' in value) || value.sessionchart !== version) return false;
  return 'sessions' in value && typeof value.sessions === 'object' && value.sessions !== null;
}

/** Writes a file for its owner alone, and waits until it is on the disk. */
async function writeDraft(path: string, text: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  let handle: FileHandle | null = null;
  try {
    handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
    giveToOwner(draft);
    return draft;
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Replaces the file with the draft if it still contains the same. It is synchronous, so that a process that is stopped or busy
 * does not keep the others waiting in here.
 */
function exchange(path: string, draft: string, before: Contents): boolean {
  if (textIn(path) !== before.text) return false;
  // `path` may be wrong, so nothing of another program is lost.
  if (before.isForeign) renameSync(path, `${path}.replaced`);
  renameSync(draft, path);
  return true;
}

function textIn(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** After this, the new name survives a power failure too. Windows cannot flush a folder. */
async function flushFolder(path: string): Promise<void> {
  try {
    await using handle = await open(dirname(path), 'r');
    await handle.sync();
  } catch {
    // The file is written.
  }
}

/** Removes the drafts of processes that were killed, since they contain tokens. */
async function removeOldDrafts(path: string): Promise<void> {
  const [folder, start] = [dirname(path), `${basename(path)}.`];
  try {
    const names = await readdir(folder);
    for (const name of names.filter((each) => each.startsWith(start) && each.endsWith('.draft'))) {
      const { mtimeMs } = await stat(join(folder, name));
      if (Math.abs(Date.now() - mtimeMs) > oldest) await unlink(join(folder, name));
    }
  } catch {
    // Another process has removed it.
  }
}
