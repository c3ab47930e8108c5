import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { installPackage } from './consumer.ts';
import { isInstalled, runtimes, type Runtime } from './runtimes.ts';

/** Runs the program with two stores of one file. */
async function run({ binary, start }: Runtime): Promise<string> {
  await using consumer = await installPackage();
  const options = start(consumer.folder, '').map((word) => (word === 'main.js' ? 'files.js' : word));
  const { stdout } = await promisify(execFile)(binary, options, { cwd: consumer.folder });
  return stdout;
}

const withFiles = runtimes.filter(({ name }) => ['Node 24', 'Node 26', 'Deno', 'Bun'].includes(name));
const before = runtimes.filter(({ name }) => name === 'Node 22.12');

describe.each(withFiles)('$name', (runtime) => {
  test.skipIf(!isInstalled(runtime))(
    'shares a session in a file, with a lock and notifications',
    async () => {
      expect(JSON.parse(await run(runtime))).toEqual({
        read: 'a-session',
        order: ['each begins', 'each ends', 'each begins', 'each ends'],
        missing: [],
      });
    },
  );
});

describe.each(before)('$name', (runtime) => {
  test.skipIf(!isInstalled(runtime))('says that fileStore needs a module that it does not have', async () => {
    await expect(run(runtime)).rejects.toThrow(
      '`fileStore` needs `node:sqlite`: Node 22.13 or later, got v22.12',
    );
  });
});
