import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findFaults } from '../../examples/demo/check.ts';
import { servers } from '../../examples/demo/servers.ts';

const demo = fileURLToPath(new URL('../../examples/demo/main.ts', import.meta.url));
const figures = { requests: 40, refused: 20, refreshes: 1, replays: 20, answered: 20 };

describe('the demo', () => {
  it('succeeds, and prints a row of correct figures for each server', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo]);

    expect(stderr).toBe('');
    for (const { dialect } of servers) {
      expect(stdout).toMatch(new RegExp(`^${dialect} +40 +20 +1 +20 +20 +\\w+ \\(.+\\)$`, 'm'));
    }
    expect(stdout).toContain('All figures are as expected.');
    expect(stdout).not.toContain('\u001B');
  });

  it.each(servers)('finds no faults in the correct figures of $dialect', (server) => {
    expect(findFaults(server, { figures, outcome: server.outcome })).toEqual([]);
  });

  it.each(servers)('names each wrong figure of $dialect', (server) => {
    const { outcome, dialect } = server;
    const wrong = { figures: { ...figures, refreshes: 2 }, outcome: { ...outcome, areTokensWiped: false } };

    expect(findFaults(server, wrong)).toEqual([
      `${dialect}: expected refreshes to be 1, got 2`,
      `${dialect}: expected areTokensWiped to be true, got false`,
    ]);
  });
});
