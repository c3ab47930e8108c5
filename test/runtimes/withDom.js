// A DOM in Node, like jest-fixed-jsdom and global-jsdom: the globals of jsdom, and those of Node that jsdom lacks.
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('', { url: 'http://127.0.0.1/' });
for (const name of ['document', 'localStorage', 'navigator', 'addEventListener', 'removeEventListener'])
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value: window[name] });
globalThis.addEventListener = window.addEventListener.bind(window);
globalThis.removeEventListener = window.removeEventListener.bind(window);
