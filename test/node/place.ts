import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStore } from '../../src/node/index.ts';
import type { Person } from '../store/records.ts';

/** A path for the file of a store, in folders that do not exist yet. */
export async function createPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'sessionchart-'));
  const path = join(folder, 'data', 'my-tool', 'session.json');
  return {
    folder,
    path,
    open: () => fileStore<Person>({ path }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
