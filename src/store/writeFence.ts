import { beginStay } from './pageStay.ts';
import type { WebStorage } from './webStorageStore.ts';

/**
 * Orders the writes of all tabs to `localStorage` by the Web Locks API. Web Storage shows a write to other processes some
 * time after it was made, and a lock that was held during the write is handed over sooner than that. So each write has a
 * number, which is stored behind it, and a shared lock that has the number in its name. The browser handles requests for
 * locks in order: a tab that gets the lock after a write sees the number of that write, and can wait until the storage
 * shows it.
 */
export interface WriteFence {
  /** Stores a text, and announces the write. */
  write(this: void, key: string, text: string): void;
  /** Resolves once the storage shows every write that was announced before. */
  catchUp(key: string): Promise<void>;
}

/**
 * Milliseconds that a write is announced: 75 times the longest delay that was measured (130 ms). Not for ever, since a
 * browser freezes no tab that holds a lock.
 */
const announced = 10_000;

/** Milliseconds between two looks, and in all: a write that another one has replaced never shows. */
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
        // Only now, so that one of the two is always there.
        before?.withdraw();
      } catch {
        // The storage is full now, and the text is in it.
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

/** Holds a shared lock until it is given back, its time is over, or the page is left. */
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
  // Here Firefox decides whether to keep the page that is left, and it keeps none that holds a lock.
  globalThis.addEventListener('beforeunload', end);
  // A document of an opaque origin is given no lock.
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

/** A whole number; 0 where the text is none. */
function numberIn(text: string | null): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
