import { beginStay } from './pageStay.ts';
import type { WebStorage } from './webStorageStore.ts';

/**
 * Orders the writes of all tabs to `localStorage` with the Web Locks API. Other processes see a write to Web Storage with a
 * delay, and the lock that was held during the write may reach them sooner. So each write stores a number after the text,
 * and takes a shared lock with that number in its name. The browser handles lock requests in order: a tab that gets the
 * session's lock later finds the number among the locks, and waits until the storage shows that number too.
 */
export interface WriteFence {
  /** Stores a text, and announces the write. */
  write(this: void, key: string, text: string): void;
  /** Resolves once the storage shows every write that was announced before. */
  catchUp(key: string): Promise<void>;
}

/**
 * How long a write is announced, in milliseconds: 75 times the longest delay that was measured (130 ms). The time is
 * limited because browsers do not freeze a tab that holds a lock.
 */
const announced = 10_000;

/** The pause between two reads and the total time, in milliseconds. A write that was replaced never becomes visible. */
const [interval, limit] = [10, 3_000];

interface Announced {
  readonly count: number;
  withdraw(): void;
}

export function createWriteFence(access: () => WebStorage): WriteFence {
  const announcements = new Map<string, Announced>();
  const shown = (key: string): number => numberIn(access().getItem(countOf(key)));

  return {
    write(key, text) {
      access().setItem(key, text);
      try {
        const before = announcements.get(key);
        const count = Math.max(before?.count ?? 0, shown(key)) + 1;
        access().setItem(countOf(key), String(count));
        announcements.set(key, { count, withdraw: holdShared(`${key}#${count}`) });
        // Withdraw the previous lock only now, so that there is always one.
        before?.withdraw();
      } catch {
        // The storage is full, but the text was written.
      }
    },
    async catchUp(key) {
      const newest = await newestAnnounced(`${key}#`);
      for (let waited = 0; shown(key) < newest && waited < limit; waited += interval) {
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

async function newestAnnounced(prefix: string): Promise<number> {
  const { held = [] } = await navigator.locks.query();
  return held
    .map(({ name = '' }) => (name.startsWith(prefix) ? numberIn(name.slice(prefix.length)) : 0))
    .reduce((most, count) => Math.max(most, count), 0);
}

function countOf(key: string): string {
  return `${key}:writes`;
}

/** Reads a whole number. Returns 0 if the text is not one. */
function numberIn(text: string | null): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
