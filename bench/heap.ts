import { setTimeout as delay } from 'node:timers/promises';

/** Bytes of the heap in use, once everything that nothing refers to is gone. */
export async function heapUsed(): Promise<number> {
  // What a promise or a finalizer holds goes a turn later.
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc?.();
    await delay(20);
  }
  return process.memoryUsage().heapUsed;
}

/** Bytes that each of `count` things adds to the heap. */
export async function heapOfEach(count: number, make: (index: number) => unknown): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Run node with --expose-gc');
  const kept: unknown[] = [];
  const before = await heapUsed();
  for (let index = 0; index < count; index += 1) kept.push(await make(index));
  const after = await heapUsed();
  return (after - before) / kept.length;
}
