import { parentPort, workerData } from 'node:worker_threads';
import { plantFault } from './faults/plant.ts';
import type { Range } from './tally.ts';

/** What a thread gets: the worlds to play, and the fault to plant in the library before it is loaded. */
export interface WorkerTask extends Range {
  readonly fault: string | null;
}

const { fault, ...range } = workerData as WorkerTask;

if (fault !== null) plantFault(fault);
const { playRange } = await import('./run.ts');
await playRange(range, (part) => parentPort?.postMessage(part));
