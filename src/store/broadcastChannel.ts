import { detach } from '../platform/detach.ts';

/** A channel to the other tabs and workers of an origin. */
export interface Channel {
  /** Sends to all others, never to the sender. */
  post(message: unknown): void;
  close(): void;
}

/**
 * A channel between the tabs and workers of an origin. It is closed while the page is in the back-forward cache, since an
 * open channel can keep a page out of the cache. The page then reads from the store what it missed.
 */
export function openBroadcastChannel(name: string, listener: (message: unknown) => void): Channel {
  let channel: BroadcastChannel | null = null;
  const hear = ({ data }: MessageEvent<unknown>): void => listener(data);
  const open = (): void => {
    channel = new BroadcastChannel(name);
    channel.addEventListener('message', hear);
    // In Node with a DOM (jsdom, happy-dom), this is Node's own channel.
    detach(channel);
  };
  const close = (): void => {
    channel?.close();
    channel = null;
  };
  const reopen = (): void => {
    if (channel === null) open();
  };
  open();
  globalThis.addEventListener('pagehide', close);
  globalThis.addEventListener('pageshow', reopen);
  return {
    post: (message) => channel?.postMessage(message),
    close() {
      globalThis.removeEventListener('pagehide', close);
      globalThis.removeEventListener('pageshow', reopen);
      close();
    },
  };
}

export function hasBroadcastChannel(): boolean {
  return typeof BroadcastChannel === 'function';
}
