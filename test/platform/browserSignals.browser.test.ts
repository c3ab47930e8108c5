import { afterEach, describe, expect, test, vi } from 'vitest';
import { browserSignals, createSession, type Signal } from '../../src/index.ts';

/** Records the signals of the page until it is disposed of. */
function listen() {
  const heard: Signal[] = [];
  const stop = browserSignals.subscribe((signal) => heard.push(signal));
  return { heard, stop, [Symbol.dispose]: stop };
}

/** Simulates the visibility of the page, since the tab of a test is always visible. */
function setVisibility(state: DocumentVisibilityState) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

const pageShow = (persisted: boolean) =>
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted }));

afterEach(() => {
  vi.restoreAllMocks();
});

const events: [string, () => unknown, Signal][] = [
  ['online', () => window.dispatchEvent(new Event('online')), 'online'],
  ['offline', () => window.dispatchEvent(new Event('offline')), 'offline'],
  ['visibilitychange, when the page is shown', () => setVisibility('visible'), 'visible'],
  ['visibilitychange, when the page is hidden', () => setVisibility('hidden'), 'hidden'],
  ['focus', () => window.dispatchEvent(new FocusEvent('focus')), 'woke'],
  ['pageshow, out of the back-forward cache', () => pageShow(true), 'woke'],
  ['resume', () => document.dispatchEvent(new Event('resume')), 'woke'],
];

describe('The signals of a page', () => {
  test.each(events)('translate %s', (_, happen, signal) => {
    using page = listen();
    happen();

    expect(page.heard).toEqual([signal]);
  });

  test.each(events)('do not call an unsubscribed listener at %s', (_, happen) => {
    using other = listen();
    const { heard, stop } = listen();
    stop();
    happen();

    expect(heard).toEqual([]);
    expect(other.heard).toHaveLength(1);
  });

  test('ignore the `pageshow` of a page that was loaded, not restored', () => {
    using page = listen();
    pageShow(false);

    expect(page.heard).toEqual([]);
  });

  test('ignore the focus of a field in the page', () => {
    using page = listen();
    const field = document.body.appendChild(document.createElement('input'));
    field.dispatchEvent(new FocusEvent('focus'));
    field.remove();

    expect(page.heard).toEqual([]);
  });

  test('report whether there is a network and whether the page is visible', () => {
    expect(browserSignals.isOnline()).toBe(navigator.onLine);
    expect(browserSignals.isVisible()).toBe(document.visibilityState === 'visible');
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    expect(browserSignals.isOnline()).toBe(false);
    setVisibility('hidden');
    expect(browserSignals.isVisible()).toBe(false);
  });

  test('are unsubscribed by a session that was disposed of', () => {
    const added = [window, document].map((target) => vi.spyOn(target, 'addEventListener'));
    const removed = [window, document].map((target) => vi.spyOn(target, 'removeEventListener'));
    const typesOf = (spies: typeof added | typeof removed) =>
      spies.flatMap(({ mock }) => mock.calls.map(([type]) => type)).sort();
    createSession({ baseUrl: 'https://api.example.com', server: {} }).dispose();

    expect(typesOf(added)).toEqual(
      expect.arrayContaining(['focus', 'offline', 'online', 'pageshow', 'resume', 'visibilitychange']),
    );
    expect(typesOf(removed)).toEqual(typesOf(added));
  });
});
