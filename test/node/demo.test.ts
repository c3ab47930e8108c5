import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';

test('`npm run demo:processes` shows one refresh and no lost call with fileStore', async () => {
  const program = join(import.meta.dirname, '../../examples/processes/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  const lines = stripVTControlCharacters(stdout).split('\n');
  const right = (name: string) =>
    lines
      .find((line) => line.startsWith(name))
      ?.slice(40)
      .trim();

  expect(right('refreshes')).toBe('1, 0 refused');
  expect(right('lost')).toBe('0 of 48 calls');
  expect(right('after')).toBe('still signed in');
});
