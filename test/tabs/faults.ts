import type { Page } from 'playwright';

/**
 * A fault of the platform: a script that runs in a tab before the page. The script is sent as text, so it cannot use
 * anything outside of it.
 */
export type Fault = () => void;

export const withoutWebLocks: Fault = () => {
  Reflect.deleteProperty(Navigator.prototype, 'locks');
};

export const withoutBroadcastChannel: Fault = () => {
  Reflect.deleteProperty(window, 'BroadcastChannel');
};

/** The channel exists, but loses every message. */
export const withDeafChannel: Fault = () => {
  const { addEventListener } = EventTarget.prototype;
  BroadcastChannel.prototype.addEventListener = function (...given: Parameters<typeof addEventListener>) {
    if (given[0] !== 'message') addEventListener.apply(this, given);
  };
  Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { set: () => undefined });
};

export const withoutStorageEvents: Fault = () => {
  window.addEventListener('storage', (event) => event.stopImmediatePropagation());
};

/** The tab sees writes of other tabs half a second late. Under load, 130 ms were measured in a browser. */
export const withLateStorage: Fault = () => {
  const { getItem, setItem } = Storage.prototype;
  const shown = new Map<string, string | null>();
  for (const key of Object.keys(localStorage)) shown.set(key, getItem.call(localStorage, key));
  Storage.prototype.getItem = (key) => shown.get(key) ?? null;
  Storage.prototype.setItem = function (key, value) {
    setItem.call(this, key, value);
    shown.set(key, value);
  };
  window.addEventListener('storage', (event) => {
    const { key, newValue, isTrusted } = event;
    if (!isTrusted || key === null) return;
    event.stopImmediatePropagation();
    setTimeout(() => {
      shown.set(key, newValue);
      window.dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea: localStorage }));
    }, 500);
  });
};

/** Storage is blocked, as in a browser that blocks cookies and site data. */
export const withBlockedStorage: Fault = () => {
  Object.defineProperty(window, 'localStorage', {
    get: () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    },
  });
};

/** Makes the visibility of the tab settable. In a headless browser, every tab is visible. */
export async function setVisible(page: Page, isVisible: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    },
    isVisible ? 'visible' : 'hidden',
  );
}

/** A tab that can be suspended: meanwhile it gets no storage event. */
export const withBackForwardCache: Fault = () => {
  let isAway = false;
  window.addEventListener('pagehide', () => (isAway = true));
  window.addEventListener('pageshow', () => (isAway = false));
  window.addEventListener('storage', (event) => {
    if (isAway) event.stopImmediatePropagation();
  });
};

/**
 * Simulates the back-forward cache for a page, since a headless browser has none
 * (`BackForwardCacheDisabledForDelegate`): the page gets the events of entering and leaving it, and nothing in between.
 * Open the tab with `withBackForwardCache`.
 */
export async function putAway(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
}

export async function bringBack(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
}
