import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Tab } from './tab.ts';

/** A place that keeps texts, and that tabs share. */
export interface Medium {
  /** What is wrong with it. */
  readonly trouble: { isFull: boolean; isBlocked: boolean; isHanging: boolean; slowness: number };
  text(this: void, key: string): string | null;
  keys(this: void): readonly string[];
  clear(this: void): void;
  /** Cuts off each text, as after a crash of the device. */
  tear(this: void): void;
  /** Tells a tab of changes by others: the `storage` event. Returns the tab's view: its own writes at once, others' later. */
  localStorage(this: void, tab: Tab): LocalStorage;
  /** The same place behind asynchronous calls. */
  storage(this: void, tab: Tab): AsyncTexts;
}

export interface LocalStorage {
  getItem(this: void, key: string): string | null;
  setItem(this: void, key: string, text: string): void;
}

export interface AsyncTexts {
  getItem(this: void, key: string): Promise<string | null>;
  setItem(this: void, key: string, text: string): Promise<void>;
  removeItem(this: void, key: string): Promise<void>;
  /** Replaces a text if it is still the same. Returns whether it was. */
  exchange(this: void, key: string, before: string | null, text: string): Promise<boolean>;
}

export interface MediumOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** After how many milliseconds another tab sees a write to `localStorage`. */
  readonly lateness: number;
  /** Called with each text that was written. */
  readonly written: (key: string, text: string) => void;
}

export function createMedium(options: MediumOptions): Medium {
  const texts = new Map<string, string>();
  const views = new Map<Tab, ReturnType<typeof createView>>();
  const trouble: Medium['trouble'] = { isFull: false, isBlocked: false, isHanging: false, slowness: 0 };

  function read(key: string): string | null {
    if (trouble.isBlocked) throw new DOMException('The storage is blocked', 'SecurityError');
    return texts.get(key) ?? null;
  }

  function expectSpace(): void {
    if (trouble.isFull || trouble.isBlocked)
      throw new DOMException('The storage is full', 'QuotaExceededError');
  }

  function write(key: string, text: string): void {
    texts.set(key, text);
    options.written(key, text);
  }

  /** Shows a change to the other tabs. */
  function show(key: string, text: string | null, from: Tab | null): void {
    for (const [tab, view] of views) if (tab !== from) view.show(key, text);
  }

  const medium: Medium = {
    trouble,
    text: (key) => texts.get(key) ?? null,
    keys: () => [...texts.keys()],
    clear() {
      for (const key of texts.keys()) show(key, null, null);
      texts.clear();
    },
    tear() {
      for (const [key, text] of texts) {
        const half = text.slice(0, text.length / 2);
        texts.set(key, half);
        show(key, half, null);
      }
    },
    localStorage(tab) {
      const view = createView(tab, texts, options);
      views.set(tab, view);
      return {
        getItem(key) {
          if (trouble.isBlocked) throw new DOMException('The storage is blocked', 'SecurityError');
          return view.get(key);
        },
        setItem(key, text) {
          if (!tab.effect()) return;
          expectSpace();
          view.set(key, text, () => {
            write(key, text);
            show(key, text, tab);
          });
        },
      };
    },
    storage(tab) {
      views.set(tab, createView(tab, texts, options));
      return createAsyncTexts(tab, options, {
        trouble,
        texts,
        read,
        write(key, text) {
          expectSpace();
          write(key, text);
          show(key, text, tab);
        },
      });
    },
  };
  return medium;
}

/**
 * What one tab sees of `localStorage`: its own writes at once, and the writes of others some time later, in the order in
 * which they reach the browser. While an own write is on its way there, older writes of others are not shown.
 */
function createView(
  tab: Tab,
  texts: ReadonlyMap<string, string>,
  { scheduler, random, lateness }: MediumOptions,
) {
  const shown: Map<string, string | null> | null = lateness > 0 ? new Map(texts) : null;
  const underWay = new Map<string, number>();
  let [lastIn, lastOut] = [0, 0];
  const later = (last: number) =>
    Math.max(last, scheduler.now() + (lateness === 0 ? 0 : random.below(lateness / 2)));
  const count = (key: string, more: number) => void underWay.set(key, (underWay.get(key) ?? 0) + more);
  return {
    get: (key: string): string | null => (shown ?? texts).get(key) ?? null,
    set(key: string, text: string, arrive: () => void): void {
      if (shown === null) {
        arrive();
        return;
      }
      shown.set(key, text);
      count(key, 1);
      lastOut = later(lastOut);
      scheduler.after(lastOut - scheduler.now(), () => {
        arrive();
        lastIn = later(lastIn);
        scheduler.after(lastIn - scheduler.now(), () => count(key, -1));
      });
    },
    show(key: string, text: string | null): void {
      lastIn = later(lastIn);
      scheduler.after(lastIn - scheduler.now(), () => {
        if ((underWay.get(key) ?? 0) === 0) shown?.set(key, text);
        tab.enter(() => tab.dispatch('storage', { key, storageArea: globalThis.localStorage }));
      });
    },
  };
}

interface Texts {
  readonly trouble: Medium['trouble'];
  readonly texts: Map<string, string>;
  read(this: void, key: string): string | null;
  write(this: void, key: string, text: string): void;
}

/** Each call takes some time in both directions. While the medium hangs, it does not answer. */
function createAsyncTexts(
  tab: Tab,
  { scheduler, random }: MediumOptions,
  { trouble, texts, read, write }: Texts,
): AsyncTexts {
  const way = () => random.below(4) + trouble.slowness * random.next();

  function call<Result>(operation: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (!tab.effect()) return;
      const arrive = () => {
        if (trouble.isHanging) {
          scheduler.after(500, arrive);
          return;
        }
        try {
          const result = operation();
          tab.post(way(), () => resolve(result));
        } catch (error) {
          tab.post(way(), () => reject(error instanceof Error ? error : new Error('The storage failed')));
        }
      };
      scheduler.after(way(), arrive);
    });
  }

  return {
    getItem: (key) => call(() => read(key)),
    setItem: (key, text) => call(() => write(key, text)),
    removeItem: (key) => call(() => void texts.delete(key)),
    exchange: (key, before, text) =>
      call(() => {
        const isSame = read(key) === before;
        if (isSame) write(key, text);
        return isSame;
      }),
  };
}
