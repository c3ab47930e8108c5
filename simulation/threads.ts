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

/** Plays the worlds of a run in several threads. */
export async function playInThreads(
  { seed, worlds }: Pick<Range, 'seed' | 'worlds'>,
  threads: number,
  progress: (played: number) => void,
): Promise<Tally> {
  const played = Array.from({ length: threads }, () => 0);
  const parts = await Promise.all(
    played.map((_, from) =>
      playInThread({ seed, worlds, from, step: threads, fault: null }, (count) => {
        played[from] = count;
        progress(played.reduce((sum, part) => sum + part, 0));
      }),
    ),
  );
  return parts.reduce(addTally, emptyTally());
}
