import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects what is not reachable, and lets the platform clean up after it. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    runInNewContext('gc()');
    await turn();
  }
}
