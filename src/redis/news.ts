import type { Channel } from '../store/broadcastChannel.ts';
import type { Commands } from './client.ts';

/** What the processes that share a place tell each other. Messages are hints, and may be lost. */
export interface News {
  /** The message that a write publishes. */
  changeOf(this: void, key: string): string;
  /** Listens to changes of a record that other processes make. The messages themselves are sent by the scripts. */
  openChannel(this: void, key: string, hear: (message: unknown) => void): Channel;
  /** Calls back when a request for a lock is the next one. Returns an unsubscribe function. */
  onTurn(this: void, id: string, listener: () => void): () => void;
  close(this: void): void;
}

export interface NewsOptions {
  readonly commands: Pick<Commands, 'subscribe'>;
  readonly channel: string;
  /** The id of this store, whose own messages are ignored. */
  readonly origin: string;
  /** Called when Redis does not allow the subscription. */
  readonly onRefused: () => void;
}

/**
 * One subscription for all sessions of a store, opened when it is first needed: a session for one request would otherwise
 * subscribe and unsubscribe for nothing.
 */
export function createNews({ commands, channel, origin, onRefused }: NewsOptions): News {
  const watched = new Map<string, (message: unknown) => void>();
  const turns = new Map<string, () => void>();
  let close: (() => void) | null = null;
  let isClosed = false;

  /** All listeners check, since messages may have been lost. */
  function opened(): void {
    for (const hear of watched.values()) hear('changed');
    for (const listener of turns.values()) listener();
  }

  function hear(message: string): void {
    const [subject = '', id = '', ...rest] = message.split(' ');
    if (subject === 'turn') turns.get(id)?.();
    else if (subject === 'changed' && id !== origin) watched.get(rest.join(' '))?.('changed');
  }

  function open(): void {
    if (isClosed) return;
    close ??= commands.subscribe(channel, { hear, opened, refused: onRefused });
  }

  return {
    changeOf: (key) => `changed ${origin} ${key}`,
    openChannel(key, listener) {
      watched.set(key, listener);
      open();
      return { post: () => undefined, close: () => void watched.delete(key) };
    },
    onTurn(id, listener) {
      turns.set(id, listener);
      open();
      return () => void turns.delete(id);
    },
    close() {
      isClosed = true;
      close?.();
    },
  };
}
