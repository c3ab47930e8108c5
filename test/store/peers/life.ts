/** The life of a tab. A tab that died receives nothing and changes nothing. */
export interface Life {
  /** Runs the callback in the tab: now, when the tab is thawed, or never. */
  enter(callback: () => void): void;
  /** Delivers the outcome of an operation outside of the tab. */
  reach<Outcome>(outcome: Promise<Outcome>): Promise<Outcome>;
  isOver(): boolean;
  onEnd(listener: () => void): void;
  die(): void;
  /** Freezes the tab, as in the back-forward cache: it receives everything that happens meanwhile when it is thawed. */
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

/** A promise for a tab that died. */
export function never<Value>(): Promise<Value> {
  return new Promise(() => undefined);
}
