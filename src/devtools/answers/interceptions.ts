import type { RequestEvents, RequestPurpose } from '../../observe/index.ts';
import type { ForcedAnswer } from './forcedAnswers.ts';

/** A response that replaces the server's. */
export interface Interception {
  readonly id: number;
  readonly name: string;
  /** `null` for every request. */
  readonly purpose: RequestPurpose | null;
  /** Whether it answers one request and is then removed. */
  readonly isOnce: boolean;
}

/** The forced responses, and how to add and remove them. */
export interface Interceptions {
  list(this: void): readonly Interception[];
  subscribe(this: void, listener: () => void): () => void;
  /** @returns a function that removes it; a request that it keeps waiting then goes to the server */
  add(this: void, answer: Omit<Interception, 'id'> & Pick<ForcedAnswer, 'respond'>): () => void;
  remove(this: void, id: number): void;
  clear(this: void): void;
}

export function createInterceptions({ intercept }: RequestEvents): Interceptions {
  const undos = new Map<number, () => void>();
  const listeners = new Set<() => void>();
  let active: readonly Interception[] = [];
  let count = 0;

  function change(next: readonly Interception[]): void {
    active = next;
    for (const listener of listeners) listener();
  }

  function hide(id: number): void {
    change(active.filter((interception) => interception.id !== id));
  }

  function remove(id: number): void {
    undos.get(id)?.();
    undos.delete(id);
    hide(id);
  }

  return {
    list: () => active,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    add({ name, purpose, isOnce, respond }) {
      const id = (count += 1);
      let release: () => void = () => undefined;
      const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
      let isUsed = false;
      const stop = intercept((call) => {
        if ((purpose !== null && call.purpose !== purpose) || (isOnce && isUsed)) return undefined;
        isUsed = true;
        // A request may start while another component renders.
        if (isOnce) queueMicrotask(() => hide(id));
        return Promise.race([respond(call), released]);
      });
      undos.set(id, () => {
        stop();
        release();
      });
      change([...active, { id, name, purpose, isOnce }]);
      return () => remove(id);
    },
    remove,
    clear() {
      for (const undo of undos.values()) undo();
      undos.clear();
      change([]);
    },
  };
}
