import { randomId } from '../platform/randomId.ts';
import { beginStay } from './pageStay.ts';
import type { WebStorage } from './webStorageStore.ts';

/**
 * Orders the writes of all tabs to `localStorage` with the Web Locks API. Other processes see a write to Web Storage with a
 * delay, and the lock that was held during the write may reach them sooner. So each write stores a mark after the text,
 * and takes a shared lock with that mark in its name. The browser handles lock requests in order: a tab that gets the
 * session's lock later finds the mark among the locks, and waits until the storage shows that mark, or a later one.
 *
 * A mark is a number and the page that wrote it: a page that has not seen a write yet gives its own one the same number.
 */
export interface WriteFence {
  /** Stores a text, and announces the write. */
  write(this: void, key: string, text: string): void;
  /** Resolves once the storage shows every write that was announced before. */
  catchUp(key: string): Promise<void>;
}

/**
 * How long a write is announced, in milliseconds: 75 times the longest delay that was measured (130 ms). The time is
 * limited because Chromium on a desktop does not freeze a tab that holds a lock.
 */
const announced = 10_000;

/** The pause between two reads and the total time, in milliseconds. A write that was replaced never becomes visible. */
const [interval, limit] = [10, 3_000];

interface Announced {
  readonly mark: string;
  withdraw(): void;
}

export function createWriteFence(access: () => WebStorage): WriteFence {
  const announcements = new Map<string, Announced>();
  const page = randomId();
  const shown = (key: string): string => access().getItem(markOf(key)) ?? '';

  return {
    write(key, text) {
      access().setItem(key, text);
      try {
        const before = announcements.get(key);
        const mark = `${Math.max(countIn(before?.mark), countIn(shown(key))) + 1} ${page}`;
        access().setItem(markOf(key), mark);
        announcements.set(key, { mark, withdraw: holdShared(`${key}#${mark}`) });
        // Withdraw the previous lock only now, so that there is always one.
        before?.withdraw();
      } catch {
        // The storage is full, but the text was written.
      }
    },
    async catchUp(key) {
      const marks = (await announcedMarks(`${key}#`)).filter((mark) => !mark.endsWith(page));
      const isShown = (mark: string): boolean => mark === shown(key) || countIn(mark) < countIn(shown(key));
      for (let waited = 0; !marks.every(isShown) && waited < limit; waited += interval) {
        await new Promise((resolve) => setTimeout(resolve, interval));
      }
    },
  };
}

/** Holds a shared lock until it is released, its time is over, or the user leaves the page. */
function holdShared(name: string): () => void {
  const stay = beginStay();
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    const timer = setTimeout(() => end(), announced);
    end = () => {
      clearTimeout(timer);
      stay.end();
      globalThis.removeEventListener('beforeunload', end);
      resolve();
    };
  });
  stay.left.addEventListener('abort', end);
  // On this event, Firefox decides whether to keep the page in the back-forward cache: not if it holds a lock.
  globalThis.addEventListener('beforeunload', end);
  // A document of an opaque origin cannot get a lock.
  navigator.locks.request(name, { mode: 'shared' }, () => held).catch(end);
  return end;
}

async function announcedMarks(prefix: string): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

function markOf(key: string): string {
  return `${key}:writes`;
}

/** Reads the number of a mark. Returns 0 if it has none. */
function countIn(mark = ''): number {
  const count = Number.parseInt(mark, 10);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
