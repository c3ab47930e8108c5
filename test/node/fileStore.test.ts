import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileStore } from '../../src/node/index.ts';
import { createBorder } from '../store/gate.ts';
import type { Person } from '../store/records.ts';
import { describeStore } from '../store/storeContract.ts';

// In memory, where there is such a folder: a disk that is busy takes seconds to flush a file, and an update has a time limit.
const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folder = mkdtempSync(join(parent, 'sessionchart-'));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('fileStore requires its lock', () => {
  expect(fileStore({ path: join(folder, 'session.json') }).requiresLock).toBe(true);
});

describeStore('fileStore', () => {
  const border = createBorder();
  const path = join(folder, `${(count += 1)}`, 'session.json');
  return { ...border, open: () => border.before(fileStore<Person>({ path })) };
});
