import type { OpenChannel } from './environment.ts';

type Listener = (message: unknown) => void;

/** Who listens to which channel. One map for the program: two sessions of one name must meet somewhere. */
const channels = new Map<string, Set<Listener>>();

/** A channel between the sessions of one program. Messages arrive in a later microtask, in order. */
export const inProcessChannel: OpenChannel = (name, listener) => {
  const listeners = channels.get(name) ?? new Set();
  channels.set(name, listeners.add(listener));
  return {
    post(message) {
      for (const other of listeners) {
        if (other !== listener) {
          queueMicrotask(() => {
            if (listeners.has(other)) other(message);
          });
        }
      }
    },
    close() {
      listeners.delete(listener);
      if (listeners.size === 0) channels.delete(name);
    },
  };
};
