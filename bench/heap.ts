import { setTimeout as delay } from 'node:timers/promises';

/** Returns the bytes of the heap in use after garbage collection. */
export async function heapUsed(): Promise<number> {
  // Promises and finalizers release objects one turn later.
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc?.();
    await delay(20);
  }
  return process.memoryUsage().heapUsed;
}

/** Returns the bytes that each of `count` objects adds to the heap. */
export async function heapOfEach(count: number, make: (index: number) => unknown): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Run node with --expose-gc');
  const kept: unknown[] = [];
  const before = await heapUsed();
  for (let index = 0; index < count; index += 1) kept.push(await make(index));
  const after = await heapUsed();
  return (after - before) / kept.length;
}
