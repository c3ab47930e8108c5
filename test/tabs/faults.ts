import type { Page } from 'playwright';

/**
 * Something that is wrong with the platform: a script that runs in a tab before the page does. It is sent as text,
 * so it can use nothing that is outside of it.
 */
export type Fault = () => void;

export const withoutWebLocks: Fault = () => {
  Reflect.deleteProperty(Navigator.prototype, 'locks');
};

export const withoutBroadcastChannel: Fault = () => {
  Reflect.deleteProperty(window, 'BroadcastChannel');
};

/** There is a channel, and all that is said on it is lost. */
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

/** What other tabs write is shown half a second late: a browser under load was seen to take 130 ms. */
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

/** As where cookies and site data are blocked. */
export const withBlockedStorage: Fault = () => {
  Object.defineProperty(window, 'localStorage', {
    get: () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    },
  });
};

/** A headless browser has no window that could be covered or minimised: every tab is visible until it is told. */
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

/** A tab that can be put away: no storage event reaches it meanwhile. */
export const withBackForwardCache: Fault = () => {
  let isAway = false;
  window.addEventListener('pagehide', () => (isAway = true));
  window.addEventListener('pageshow', () => (isAway = false));
  window.addEventListener('storage', (event) => {
    if (isAway) event.stopImmediatePropagation();
  });
};

/**
 * What a page sees of the back-forward cache, which a headless browser does not have
 * (`BackForwardCacheDisabledForDelegate`): it is told that it is put away, hears of nothing while it is there, and is
 * told that it is back. To be opened `withBackForwardCache`.
 */
export async function putAway(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
}

export async function bringBack(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
}
