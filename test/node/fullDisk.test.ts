import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorld, type Program, type World } from './processes/processes.ts';

const two = { does: 'send', count: 2 } as const;
const holdTimeout = 2_000;

/** Starts a process that gets an error, and no signal, when a file may not grow. */
async function startProgram(world: World): Promise<Program> {
  const node = join(dirname(world.path), '..', 'node.sh');
  await writeFile(node, `#!/bin/sh\ntrap '' XFSZ\nexec '${process.execPath}' "$@"\n`);
  await chmod(node, 0o700);
  return world.start({ holdTimeout }, { execPath: node });
}

/** Limits the size of files to 0 or not at all: with 0 every write fails, as on a full disk. */
function setFull(programs: readonly Program[], isFull: boolean): void {
  for (const { child } of programs)
    execFileSync('prlimit', ['--pid', `${child.pid ?? 0}`, `--fsize=${isFull ? '0' : 'unlimited'}:`]);
}

describe.skipIf(process.platform !== 'linux')('On a full disk', () => {
  test('no process uses up the refresh token that all share, until the new tokens can be stored', async () => {
    await using world = await openWorld();
    const programs = await Promise.all([startProgram(world), startProgram(world)]);
    setFull(programs, true);
    const before = await Promise.all(programs.map((program) => program.ask(two)));
    world.server.expireAccessTokens();
    const during = await Promise.all(programs.map((program) => program.ask(two)));
    const made = world.refreshes();
    setFull(programs, false);

    expect(before.flatMap(({ outcomes }) => outcomes)).toEqual([200, 200, 200, 200]);
    for (const { outcomes, view, failures } of during) {
      expect(outcomes).toEqual(['ERR_REFRESH_UNAVAILABLE', 'ERR_REFRESH_UNAVAILABLE']);
      expect(view.status).not.toBe('expired');
      expect(failures).toEqual(['store.failed']);
    }
    expect(made).toEqual([]);
    // The pause after several failures may be longer than `hold.timeout`.
    for (const program of programs)
      await expect.poll(async () => (await program.ask(two)).outcomes).toEqual([200, 200]);
    expect(world.refreshes()).toEqual([200]);
  });

  test('that fills up during a refresh, the new tokens are used from memory, and stored with a later request', async () => {
    await using world = await openWorld();
    const [holder, other] = await Promise.all([startProgram(world), startProgram(world)]);
    world.server.expireAccessTokens();
    world.server.intercept(
      'refresh',
      (_request, next) => {
        setFull([holder, other], true);
        return next();
      },
      { times: 1 },
    );
    const first = await holder.ask(two);
    const { refused } = world.server.counts();
    const waiting = other.ask(two);
    await expect.poll(() => world.server.counts().refused).toBeGreaterThan(refused);
    setFull([holder], false);
    const second = await holder.ask(two);

    expect(first).toMatchObject({ outcomes: [200, 200], failures: ['store.failed'] });
    expect(second.outcomes).toEqual([200, 200]);
    expect(await waiting).toMatchObject({ outcomes: [200, 200], view: { status: 'authenticated' } });
    expect(world.refreshes()).toEqual([200]);
  });
});
