/** The events of a world, in the order of its time. Nothing waits for real time. */
export interface Scheduler {
  /** The true time, in milliseconds since the epoch. The clocks of tabs may show another one. */
  now(this: void): number;
  /**
   * Runs an event after `delay` milliseconds, and then all microtasks that it causes, before the next one.
   *
   * @returns a function that cancels it
   */
  after(this: void, delay: number, run: () => void): () => void;
  /** Runs the events of the next `milliseconds`, until `done`, which is called after each of them, returns `true`. */
  advance(this: void, milliseconds: number, done: () => boolean): Promise<void>;
  /** The number of events that have run. */
  count(this: void): number;
}

interface Scheduled {
  readonly at: number;
  /** Of two events with the same time, the older one runs first. */
  readonly order: number;
  run: (() => void) | null;
}

/** Resolves when all microtasks have run. `setImmediate` would also wait for the event loop, which takes longer. */
export const settle = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

export function createScheduler(start: number): Scheduler {
  const heap: Scheduled[] = [];
  let time = start;
  let order = 0;
  let count = 0;

  return {
    now: () => time,
    count: () => count,
    after(delay, run) {
      if (Number.isNaN(delay)) throw new RangeError('Expected a delay, got NaN');
      const event: Scheduled = { at: time + Math.max(0, delay), order: (order += 1), run };
      push(heap, event);
      return () => {
        event.run = null;
      };
    },
    async advance(milliseconds, done) {
      const end = time + milliseconds;
      for (let next = heap[0]; next !== undefined && next.at <= end; next = heap[0]) {
        pop(heap);
        if (next.run === null) continue;
        time = next.at;
        count += 1;
        next.run();
        await settle();
        if (done()) return;
      }
      time = end;
    },
  };
}

const isBefore = (one: Scheduled, other: Scheduled): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

function swap(heap: Scheduled[], one: number, other: number): void {
  const [first, second] = [heap[one], heap[other]];
  if (first === undefined || second === undefined) return;
  heap[one] = second;
  heap[other] = first;
}

const isOrdered = (heap: Scheduled[], one: number, other: number): boolean => {
  const [first, second] = [heap[one], heap[other]];
  return first === undefined || second === undefined || isBefore(first, second);
};

function push(heap: Scheduled[], event: Scheduled): void {
  heap.push(event);
  for (let index = heap.length - 1; index > 0;) {
    const parent = (index - 1) >> 1;
    if (isOrdered(heap, parent, index)) return;
    swap(heap, parent, index);
    index = parent;
  }
}

function pop(heap: Scheduled[]): void {
  swap(heap, 0, heap.length - 1);
  heap.pop();
  for (let index = 0; ;) {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    const least = isOrdered(heap, left, right) ? left : right;
    if (isOrdered(heap, index, least)) return;
    swap(heap, index, least);
    index = least;
  }
}
