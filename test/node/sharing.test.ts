import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorld, type Program } from './processes/processes.ts';

const statusOf = async (program: Program) => (await program.ask({ does: 'look' })).view.status;

/** Root may write everywhere, so its child runs as another user. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

describe('A process learns without a request of its own', () => {
  test('that a user has signed in, and signed out, in another process', async () => {
    await using world = await openWorld({ isSignedIn: false });
    const [one, other] = await Promise.all([world.start(), world.start()]);
    await one.ask({ does: 'login' });
    await expect.poll(() => statusOf(other)).toBe('authenticated');
    await one.ask({ does: 'logout' });

    await expect.poll(() => statusOf(other)).toBe('loggedOut');
  });
});

describe.skipIf(process.platform === 'win32')('A process that cannot write the file', () => {
  test('because the disk is full, works from memory and says so', async () => {
    await using world = await openWorld({ isSignedIn: false });
    // A limit of 0 for the size of files: every write fails, as on a full disk.
    const node = join(dirname(world.path), '..', 'node.sh');
    await writeFile(node, `#!/bin/sh\ntrap '' XFSZ\nulimit -f 0\nexec '${process.execPath}' "$@"\n`);
    await chmod(node, 0o700);
    const program = await world.start({}, { execPath: node });
    await program.ask({ does: 'login' });

    expect(await program.ask({ does: 'send', count: 2 })).toMatchObject({
      outcomes: [200, 200],
      view: { status: 'authenticated' },
      failures: ['store.failed'],
    });
  });

  test('because it belongs to another user, works from memory and says so', async () => {
    await using world = await openWorld({ isSignedIn: false });
    const folder = dirname(world.path);
    await mkdir(folder, { mode: 0o500 });
    await chmod(dirname(folder), 0o755);
    if ('uid' in unprivileged) await chown(folder, 0, 0);
    const program = await world.start({}, unprivileged);
    await program.ask({ does: 'login' });
    const report = await program.ask({ does: 'send', count: 2 });
    await chmod(folder, 0o700);

    expect(report).toMatchObject({ outcomes: [200, 200], view: { status: 'authenticated' } });
    expect(report.failures).toContain('store.failed');
  });
});
