// A DOM in Node, as jest-fixed-jsdom and global-jsdom make it: what jsdom has, and of Node what it lacks.
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('', { url: 'http://127.0.0.1/' });
for (const name of ['document', 'localStorage', 'navigator', 'addEventListener', 'removeEventListener'])
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value: window[name] });
globalThis.addEventListener = window.addEventListener.bind(window);
globalThis.removeEventListener = window.removeEventListener.bind(window);
