import { mkdirSync, unwatchFile, watch, watchFile } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ifPossible } from './fileErrors.ts';
import type { Contents } from './recordFile.ts';

/** Calls listeners when the record of their key has changed in the file. */
export interface FileWatcher {
  watch(this: void, key: string, listener: () => void): () => void;
}

/**
 * The interval of the second way of watching, in milliseconds. It finds the changes of which the system gives no notice: those
 * of other machines on a network drive, and all if the folder is deleted or there are too many watchers.
 */
const interval = 2_000;

interface Listener {
  readonly key: string;
  readonly call: () => void;
}

export function createFileWatcher(path: string, read: () => Promise<Contents>): FileWatcher {
  const listeners = new Set<Listener>();
  /** The records that were read last; `null` before the first read. */
  let known: ReadonlyMap<string, string> | null = null;
  let stop: (() => void) | null = null;
  let isReading = false;
  let isStale = false;

  async function check(): Promise<void> {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale && listeners.size > 0) {
      isStale = false;
      // If the file cannot be read, the session finds that out before its next request.
      const contents = await read().catch(() => null);
      if (contents !== null) tell(textsOf(contents));
    }
    isReading = false;
  }

  function tell(found: ReadonlyMap<string, string>): void {
    const before = known;
    known = found;
    for (const listener of listeners) {
      const { key, call } = listener;
      if (before !== null && before.get(key) === found.get(key)) continue;
      queueMicrotask(() => {
        if (listeners.has(listener)) call();
      });
    }
  }

  return {
    watch(key, call) {
      const listener = { key, call };
      listeners.add(listener);
      stop ??= watchPath(path, () => void check());
      // The file may change before the system starts to watch it.
      void check();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
        known = null;
      };
    },
  };
}

function textsOf({ records }: Contents): ReadonlyMap<string, string> {
  return new Map(Array.from(records, ([key, record]) => [key, JSON.stringify(record)]));
}

/** Watches the folder, since the file is replaced as a whole. It does not keep the process alive. */
function watchPath(path: string, changed: () => void): () => void {
  const [folder, name] = [dirname(path), basename(path)];
  const watcher = ifPossible(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return watch(folder, { persistent: false }, (_, file) => {
      if (file === name || file === null) changed();
    });
  });
  watcher?.on('error', () => watcher.close());
  watchFile(path, { persistent: false, interval }, changed);
  return () => {
    watcher?.close();
    unwatchFile(path, changed);
  };
}
