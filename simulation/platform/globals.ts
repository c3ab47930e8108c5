import { currentTab, expectTab } from './currentTab.ts';
import type { ChannelEnd, Channels } from './channels.ts';
import type { LockOptions, Locks } from './locks.ts';
import type { AsyncTexts, LocalStorage } from './medium.ts';
import type { Tab } from './tab.ts';
import type { Random } from '../random.ts';

/** The platform of one world: what its tabs share, and what each has for itself. */
export interface Platform {
  /** Whether the tabs are pages of a browser. Otherwise they are processes. */
  readonly isBrowser: boolean;
  /** `null` for a browser without Web Locks. */
  readonly locks: Locks | null;
  readonly channels: Channels | null;
  readonly random: Random;
  readonly storages: ReadonlyMap<Tab, LocalStorage>;
  /** An error that the library has reported or not handled. */
  readonly reported: (error: unknown) => void;
}

export type { AsyncTexts };

let platform: Platform | null = null;

const real = {
  now: Date.now,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  random: Math.random,
  getRandomValues: crypto.getRandomValues.bind(crypto),
};

const pages = ['document', 'localStorage', 'BroadcastChannel', 'addEventListener', 'removeEventListener'];

/**
 * Replaces the globals of this thread with those of a world, from which the code of each tab gets its own clock, timers,
 * storage, locks and channels. So the library runs unchanged, with the stores that it uses in a browser.
 */
export function usePlatform(next: Platform): void {
  if (platform === null) replaceClock();
  platform = next;
  for (const name of pages) Reflect.deleteProperty(globalThis, name);
  define('navigator', { value: next.isBrowser && next.locks !== null ? { locks: webLocks } : {} });
  define('reportError', { value: next.reported });
  if (!next.isBrowser) return;
  define('document', { value: pageDocument });
  define('localStorage', { get: () => next.storages.get(expectTab()) });
  define('addEventListener', { value: addListener });
  define('removeEventListener', { value: removeListener });
  if (next.channels !== null) define('BroadcastChannel', { value: channelClass(next.channels) });
}

function define(name: string, property: PropertyDescriptor): void {
  Object.defineProperty(globalThis, name, { configurable: true, ...property });
}

const pageDocument = { baseURI: 'https://app.example/', visibilityState: 'visible' };

/** While no tab runs, the harness and Node use the real clock. */
function replaceClock(): void {
  Date.now = () => currentTab()?.now() ?? real.now();
  Math.random = () => (currentTab() === null ? real.random() : (platform?.random.next() ?? 0));
  define('setTimeout', { value: startTimer, writable: true });
  define('clearTimeout', { value: stopTimer, writable: true });
  process.on('unhandledRejection', (error) => platform?.reported(error));
  Object.defineProperty(crypto, 'getRandomValues', { configurable: true, value: fillRandom });
}

class Timer {
  readonly stop: () => void;
  constructor(stop: () => void) {
    this.stop = stop;
  }
  unref(): this {
    return this;
  }
}

function startTimer(callback: (...args: unknown[]) => void, delay = 0, ...args: unknown[]): unknown {
  const tab = currentTab();
  if (tab === null) return real.setTimeout(callback, delay, ...args);
  return new Timer(tab.schedule(() => callback(...args), delay));
}

function stopTimer(timer: unknown): void {
  if (timer instanceof Timer) timer.stop();
  else Reflect.apply(real.clearTimeout, undefined, [timer]);
}

function fillRandom<Bytes extends Uint8Array<ArrayBuffer>>(bytes: Bytes): Bytes {
  if (currentTab() === null || platform === null) return real.getRandomValues(bytes);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = platform.random.below(256);
  return bytes;
}

const webLocks = {
  request(name: string, second: LockOptions | (() => unknown), third?: () => unknown): Promise<unknown> {
    const [options, task] = typeof second === 'function' ? [{}, second] : [second, third];
    if (task === undefined || platform?.locks == null) throw new TypeError('Expected a function');
    return platform.locks.request(expectTab(), name, options, task);
  },
  query: () => Promise.resolve({ held: (platform?.locks?.held() ?? []).map((name) => ({ name })) }),
};

type Listener = (event: never) => void;

/** The functions that stop each listener, by the listener and its type. */
const stops = new WeakMap<Listener, Map<string, () => void>>();

function addListener(type: string, listener: Listener, options?: { readonly signal?: AbortSignal }): void {
  const stop = expectTab().listen(type, listener);
  options?.signal?.addEventListener('abort', stop);
  const known = stops.get(listener) ?? new Map<string, () => void>();
  stops.set(listener, known.set(type, stop));
}

function removeListener(type: string, listener: Listener): void {
  stops.get(listener)?.get(type)?.();
}

function channelClass({ open }: Channels): new (name: string) => ChannelEnd {
  return class {
    readonly #end: ChannelEnd;
    constructor(name: string) {
      this.#end = open(name);
    }
    postMessage = (message: unknown): void => this.#end.postMessage(message);
    addEventListener: ChannelEnd['addEventListener'] = (type, listener) =>
      this.#end.addEventListener(type, listener);
    close = (): void => this.#end.close();
  };
}
