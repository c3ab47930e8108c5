import { Worker } from 'node:worker_threads';
import { addTally, emptyTally, type Range, type Tally } from './tally.ts';
import type { WorkerTask } from './worker.ts';

type Tell = (part: Tally) => void;

/** Plays worlds in a thread of its own, and returns the result of all. */
export function playInThread(task: WorkerTask, tell: Tell = () => undefined): Promise<Tally> {
  return new Promise((resolve, reject) => {
    let sum = emptyTally();
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: task,
      env: { ...process.env, NODE_ENV: 'production' },
    });
    worker.on('message', (part: Tally) => {
      sum = addTally(sum, part);
      tell(part);
    });
    worker.on('error', reject);
    worker.on('exit', (code) =>
      code === 0 ? resolve(sum) : reject(new Error(`The thread ended with ${code}`)),
    );
  });
}

/** The worlds that a thread plays before another one takes over, since the memory of a thread grows with each. */
const worldsOfThread = 4_000;

/**
 * Plays the worlds of a run in several threads.
 *
 * @param tell - called with the result of each part of the worlds
 */
export async function playInThreads(
  { seed, from: start, worlds }: Pick<Range, 'seed' | 'from' | 'worlds'>,
  threads: number,
  tell: Tell,
): Promise<void> {
  const playPart = async (first: number): Promise<void> => {
    for (let from = first; from < worlds; from += threads * worldsOfThread) {
      const range = { seed, from, worlds: Math.min(worlds, from + threads * worldsOfThread), step: threads };
      await playInThread({ ...range, fault: null }, tell);
    }
  };
  await Promise.all(Array.from({ length: threads }, (_, thread) => playPart(start + thread)));
}
