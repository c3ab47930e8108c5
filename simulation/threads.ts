import { Worker } from 'node:worker_threads';
import { addTally, emptyTally, type Range, type Tally } from './tally.ts';
import type { WorkerTask } from './worker.ts';

type Message = { readonly played: number } | { readonly tally: Tally };

/** Plays worlds in a thread of its own. */
export function playInThread(
  task: WorkerTask,
  progress: (played: number) => void = () => undefined,
): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: task,
      env: { ...process.env, NODE_ENV: 'production' },
    });
    worker.on('message', (message: Message) => {
      if ('tally' in message) resolve(message.tally);
      else progress(message.played);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`The thread ended with ${code} and without a result`)));
  });
}

/** The worlds that a thread plays before another one takes over, since the memory of a thread grows with each. */
const worldsOfThread = 2_000;

/** Plays the worlds of a run in several threads. */
export async function playInThreads(
  { seed, worlds }: Pick<Range, 'seed' | 'worlds'>,
  threads: number,
  progress: (played: number) => void,
): Promise<Tally> {
  const played = Array.from({ length: threads }, () => 0);
  const playPart = async (first: number): Promise<Tally> => {
    let sum = emptyTally();
    for (let from = first; from < worlds; from += threads * worldsOfThread) {
      const range = { seed, from, worlds: Math.min(worlds, from + threads * worldsOfThread), step: threads };
      const before = sum.worlds;
      const part = await playInThread({ ...range, fault: null }, (count) => {
        played[first] = before + count;
        progress(played.reduce((all, own) => all + own, 0));
      });
      sum = addTally(sum, part);
    }
    return sum;
  };
  const parts = await Promise.all(played.map((_, first) => playPart(first)));
  return parts.reduce(addTally, emptyTally());
}
