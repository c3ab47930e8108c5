import { execFileSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createClient } from 'redis';
import { openFleet, type Fleet, type Instance } from './fleet/fleet.ts';
import { hasRedis } from './server.ts';

const lease = 1_000;

const isStopped = ({ child }: Instance): boolean =>
  execFileSync('ps', ['-o', 'stat=', '-p', String(child.pid)], { encoding: 'utf8' }).startsWith('T');

/** Shows what Redis contains for the first user. */
async function look({ redis }: Fleet) {
  const client = createClient({ url: `redis://127.0.0.1:${redis.port}` });
  // The server is ended before the client.
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.destroy());
  return {
    record: async () => (await client.get('sessionchart:{user-0}')) ?? '',
    waiting: () => client.lLen('sessionchart:{user-0}:queue'),
  };
}

/** Opens two instances. The first one is stopped while its call is with the server, and the second one takes over. */
async function openTakenOver(answerFirst: (serve: () => Promise<Response>) => Promise<Response>) {
  const fleet = await openFleet({ lease, rotates: false });
  const [first, second] = fleet.instances;
  if (first === undefined || second === undefined) throw new Error('There are two instances');
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let calls = 0;
  fleet.server.intercept('refresh', async (_request, next) => {
    calls += 1;
    if (calls === 1) {
      const response = await answerFirst(next);
      first.child.kill('SIGSTOP');
      return response;
    }
    await released;
    return next();
  });
  fleet.server.expireAccessTokens();
  const reports = [first.ask({ does: 'send', count: 2 })];
  await expect.poll(() => isStopped(first)).toBe(true);
  reports.push(second.ask({ does: 'send', count: 2 }));
  await expect.poll(() => calls).toBe(2);
  const { record, waiting } = await look(fleet);
  const before = await record();
  first.child.kill('SIGCONT');
  // The first one has got its response, and asks for the lock again.
  await expect.poll(waiting).toBe(1);
  return { fleet, reports, before, record, release };
}

describe.skipIf(!hasRedis)('A process that is stopped for longer than its lease', () => {
  test('before its call sends no refresh token, and adopts the tokens of the process that took over', async () => {
    await using fleet = await openFleet({ lease, instances: [{ freezesWhenLocked: true }, {}] });
    const [first, second] = fleet.instances;
    if (first === undefined || second === undefined) throw new Error('There are two instances');
    fleet.server.expireAccessTokens();
    const stopped = first.ask({ does: 'send', count: 2 });
    await expect.poll(() => isStopped(first)).toBe(true);
    const takenOver = await second.ask({ does: 'send', count: 2 });
    first.child.kill('SIGCONT');

    for (const report of [takenOver, await stopped]) {
      expect(report).toMatchObject({ outcomes: [200, 200], statuses: ['authenticated'], reasons: [] });
    }
    expect(fleet.refreshes()).toEqual([200]);
  });

  test('during its call cannot store its tokens while another process refreshes', async () => {
    const { fleet, reports, before, record, release } = await openTakenOver((serve) => serve());
    await using _ = fleet;
    expect(before).toContain('"generation":1');
    expect(await record()).toBe(before);
    release();

    for (const report of await Promise.all(reports)) {
      expect(report).toMatchObject({ outcomes: [200, 200], statuses: ['authenticated'], reasons: [] });
    }
    expect(await record()).toContain('"generation":2');
    expect(fleet.refreshes()).toEqual([200, 200]);
  });

  test('during its call cannot end the session while another process refreshes', async () => {
    const refused = Response.json({ error: 'invalid_grant' }, { status: 401 });
    const { fleet, reports, before, record, release } = await openTakenOver(async () => refused);
    await using _ = fleet;
    expect(await record()).toBe(before);
    release();

    for (const report of await Promise.all(reports)) {
      expect(report).toMatchObject({ outcomes: [200, 200], statuses: ['authenticated'], reasons: [] });
    }
    expect(await record()).toContain('"generation":2');
  });
});
