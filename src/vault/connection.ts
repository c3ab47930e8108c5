import { untilAborted } from '../platform/abort.ts';
import { exchange, type Exchange, type ExchangeOptions } from './exchange.ts';
import { openLine, type Line, type VaultWorker } from './line.ts';
import type { Answers, Messages, Welcome } from './protocol.ts';

/** The connection of a page to the worker. It is opened by the first message, and again after the worker has died. */
export interface Connection<User> {
  /** Sends a message. */
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
    transfer?: readonly Transferable[],
  ): Promise<Answers<User>[Kind]>;
  /** Resolves when the worker has started. */
  ready(this: void): Promise<Welcome>;
  /** Calls back now, and whenever another worker replaces one that has died. Returns an unsubscribe function. */
  onStart(this: void, listener: () => void): () => void;
  /** Calls `fail` if the worker dies. Returns an unsubscribe function. */
  onDeath(this: void, fail: (error: Error) => void): () => void;
  close(this: void): void;
}

export function createConnection<User>(start: () => VaultWorker): Connection<User> {
  const starters = new Set<() => void>();
  let line: Line | null = null;
  const open = (): Line => {
    if (line !== null) return line;
    const opened = openLine(start(), (hasDied) => {
      line = null;
      // Pages that watch a record must learn that it is gone.
      if (hasDied && starters.size > 0) open();
    });
    line = opened;
    for (const starter of starters) starter();
    return opened;
  };
  const ask: Connection<User>['ask'] = (kind, message, options) => exchange(open(), kind, message, options);
  return {
    ask,
    async call(kind, message, signal = null, transfer = []) {
      const { answer, end, leave } = ask(kind, message, { transfer });
      if (signal === null) return answer.finally(leave);
      return untilAborted(answer, signal).finally(() => (signal.aborted ? end() : leave()));
    },
    ready: async () => open().welcome,
    onStart(listener) {
      open();
      starters.add(listener);
      listener();
      return () => void starters.delete(listener);
    },
    onDeath(fail) {
      const { pending } = open();
      pending.add(fail);
      return () => void pending.delete(fail);
    },
    close: () => line?.close('was closed'),
  };
}
