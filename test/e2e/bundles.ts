import { rmSync } from 'node:fs';
import { join } from 'node:path';

const folderOf = (run: number): string =>
  join(import.meta.dirname, '../../node_modules/.cache/e2e', String(run));

let count = 0;

/** A folder for one bundled page of this worker. Vitest's main process is the parent of its workers. */
export function bundleFolder(): string {
  count += 1;
  return join(folderOf(process.ppid), `${process.pid}-${count}`);
}

/** Runs in vitest's main process, after all tests. */
export function teardown(): void {
  rmSync(folderOf(process.pid), { recursive: true, force: true });
}
