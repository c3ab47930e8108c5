import { exchange, type Exchange, type ExchangeOptions } from './exchange.ts';
import { openLine, type Line, type VaultWorker } from './line.ts';
import type { Answers, Messages, Welcome } from './protocol.ts';

/** The connection of a page to the worker. It is opened by the first message, and again after the worker has died. */
export interface Connection<User> {
  /** Begins an exchange. */
  ask<Kind extends keyof Messages>(
    this: void,
    kind: Kind,
    message: Messages<User>[Kind],
    options?: ExchangeOptions,
  ): Exchange<Answers<User>[Kind]>;
  /** Sends a message and returns the answer, or rejects with the reason of `signal`. */
  call<Kind extends keyof Messages>(
    this: void,
    kind: Kind,
    message: Messages<User>[Kind],
    signal?: AbortSignal | null,
  ): Promise<Answers<User>[Kind]>;
  /** Resolves when the worker has started. */
  ready(this: void): Promise<Welcome>;
  /**
   * Calls back now, and whenever another worker replaces one that has died. Returns an unsubscribe function.
   *
   * @param listener - told whether a worker has died, and the records with it
   */
  onStart(this: void, listener: (isReplaced: boolean) => void): () => void;
  close(this: void): void;
}

export function createConnection<User>(start: () => VaultWorker): Connection<User> {
  const starters = new Set<(isReplaced: boolean) => void>();
  let line: Line | null = null;
  const open = (): Line => {
    if (line !== null) return line;
    const opened = openLine(start(), (hasDied) => {
      line = null;
      // Pages that watch a record must learn that it is gone.
      if (hasDied && starters.size > 0) open();
    });
    line = opened;
    for (const starter of starters) starter(true);
    return opened;
  };
  const ask: Connection<User>['ask'] = (kind, message, options) => exchange(open(), kind, message, options);
  return {
    ask,
    call: (kind, message, signal = null) => ask(kind, message, { signal }).answer,
    ready: async () => open().welcome,
    onStart(listener) {
      open();
      starters.add(listener);
      listener(false);
      return () => void starters.delete(listener);
    },
    close: () => line?.close('was closed'),
  };
}
