import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Runs the garbage collector, and lets the platform run its finalizers. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    runInNewContext('gc()');
    await turn();
  }
}
