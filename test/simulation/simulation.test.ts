import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { applyPatch, readPatch } from '../../simulation/faults/patch.ts';
import { faultNames } from '../../simulation/faults/plant.ts';
import { testsEverything } from '../everything.ts';

const root = join(import.meta.dirname, '../..');

/** The worlds replace the globals of their thread, so they are played in a process of their own. */
async function simulate(...options: string[]): Promise<string> {
  const main = join(root, 'simulation/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', main, ...options], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

const digestIn = (output: string) => /Digest (\w+)/.exec(output)?.[1];

describe('the simulation', () => {
  test('finds no broken rule in 600 worlds', async () => {
    const output = await simulate('--worlds', '600', '--seed', '7');

    expect(output).toContain('No rule is broken.');
    expect(output).not.toContain('But this has happened');
  }, 300_000);

  test('has the same result with any number of threads', async () => {
    const [one, three] = await Promise.all(
      ['1', '3'].map((workers) => simulate('--worlds', '40', '--seed', '3', '--workers', workers)),
    );

    expect(digestIn(one ?? '')).toMatch(/^\w+$/);
    expect(digestIn(three ?? '')).toBe(digestIn(one ?? ''));
  }, 300_000);

  test('shows the same shrunk trace each time a world with a broken rule is replayed', async () => {
    const options = ['--fault', 'new-tokens-not-stored', '--worlds', '200'];
    const found = await simulate(...options);
    const name = /\(world (\d+:\d+)\)/.exec(found)?.[1] ?? '';
    const replayed = await simulate(...options, '--replay', name);

    expect(replayed).toMatch(/Broken: no refresh token used twice\./);
    expect(replayed.match(/^ .*\* /gm)?.length).toBeLessThan(8);
    expect(await simulate(...options, '--replay', name)).toBe(replayed);
  }, 300_000);
});

describe('the planted faults', () => {
  test('are fifteen', () => {
    expect(faultNames).toHaveLength(15);
  });

  test.each(faultNames)('%s fits the source', (name) => {
    const patch = readPatch(readFileSync(join(root, 'simulation/faults', `${name}.patch`), 'utf8'));
    const source = readFileSync(join(root, patch.path), 'utf8');

    expect(applyPatch(source, patch)).not.toBe(source);
    expect(() => applyPatch('', patch)).toThrow('does not fit');
  });

  test.runIf(testsEverything)(
    'are each found within 10,000 worlds',
    async () => {
      const table = await simulate('--faults', '--worlds', '10000', '--seed', '7');

      expect(table).not.toContain('NOT FOUND');
    },
    3_600_000,
  );
});
