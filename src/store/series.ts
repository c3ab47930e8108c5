/** Runs operations that do not reject, one after another. */
export interface Series {
  inOrder<Result>(this: void, operation: () => Promise<Result>): Promise<Result>;
  /** Whether an operation has not settled. */
  isBusy(): boolean;
}

export function createSeries(): Series {
  let pending: Promise<unknown> | null = null;

  return {
    inOrder(operation) {
      const turn = pending === null ? operation() : pending.then(operation);
      pending = turn;
      void turn.then(() => {
        if (pending === turn) pending = null;
      });
      return turn;
    },
    isBusy: () => pending !== null,
  };
}
