/** How long a tab lives. Nothing reaches one that has died, and nothing that it still does has an effect. */
export interface Life {
  /** Calls back inside the tab: now, once it is thawed, or never. */
  enter(callback: () => void): void;
  /** Brings the outcome of something outside into the tab. */
  reach<Outcome>(outcome: Promise<Outcome>): Promise<Outcome>;
  isOver(): boolean;
  onEnd(listener: () => void): void;
  die(): void;
  /** A tab in the back-forward cache, say: what happens meanwhile reaches it when it is thawed. */
  freeze(): void;
  thaw(): void;
}

export function createLife(): Life {
  const listeners: (() => void)[] = [];
  let waiting: (() => void)[] | null = null;
  let isOver = false;

  function enter(callback: () => void): void {
    if (isOver) return;
    if (waiting === null) callback();
    else waiting.push(callback);
  }

  return {
    enter,
    reach: (outcome) =>
      new Promise((resolve, reject) => {
        outcome.then(
          (value) => enter(() => resolve(value)),
          (error: unknown) => enter(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      }),
    isOver: () => isOver,
    onEnd: (listener) => void listeners.push(listener),
    die() {
      if (isOver) return;
      isOver = true;
      waiting = null;
      for (const listener of listeners) listener();
    },
    freeze() {
      if (!isOver) waiting ??= [];
    },
    thaw() {
      const callbacks = waiting ?? [];
      waiting = null;
      for (const callback of callbacks) enter(callback);
    },
  };
}

/** What a dead tab waits for. */
export function never<Value>(): Promise<Value> {
  return new Promise(() => undefined);
}
