import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openWorld, type Program, type World } from './processes/processes.ts';

const five = { does: 'send', count: 5 } as const;
const all200 = [200, 200, 200, 200, 200];

/** How long the server needs for a refresh, in milliseconds. */
const duration = 60;

/** Starts two processes and makes the token expire. The first is about to be killed. */
async function openTwo(first: Parameters<World['start']>[0] = {}) {
  const world = await openWorld();
  const [victim, other] = await Promise.all([world.start(first), world.start()]);
  world.server.expireAccessTokens();
  return { world, victim, other };
}

const send = (program: Program) => program.ask(five).catch(() => null);

async function generationIn({ path }: World): Promise<number> {
  const { sessions } = JSON.parse(await readFile(path, 'utf8')) as {
    sessions: { session: { generation?: number } };
  };
  return sessions.session.generation ?? -1;
}

describe('A process that is killed while it refreshes', () => {
  test('before its call: another process refreshes', async () => {
    const { world, victim, other } = await openTwo({ signalWhenLocked: 'SIGKILL' });
    await using _ = world;
    const [, died] = await Promise.all([send(victim), victim.exited]);
    const report = await other.ask(five);

    expect(died).toBe('SIGKILL');
    expect(report).toMatchObject({ outcomes: all200, view: { status: 'authenticated' }, failures: [] });
    expect(world.refreshes()).toEqual([200]);
  });

  test('during its call, which the server has not read: the process that waits takes over', async () => {
    const { world, victim, other } = await openTwo();
    await using _ = world;
    const waiting: Promise<unknown>[] = [];
    let killedAt = 0;
    world.server.intercept(
      'refresh',
      async () => {
        const { refused } = world.server.counts();
        waiting.push(other.ask(five));
        // The other process may hold its remaining requests after the first 401.
        await expect.poll(() => world.server.counts().refused).toBeGreaterThan(refused);
        victim.child.kill('SIGKILL');
        killedAt = performance.now();
        return Response.error();
      },
      { times: 1 },
    );
    await send(victim);
    const taken = world.server.requests;
    await expect.poll(() => taken.filter(({ kind }) => kind === 'refresh')).toHaveLength(2);
    const waited = performance.now() - killedAt;

    expect(await Promise.all(waiting)).toMatchObject([
      { outcomes: all200, view: { status: 'authenticated' } },
    ]);
    if (process.env['ROUNDS'] !== undefined)
      console.log(`The other process refreshes ${Math.round(waited)} ms after the kill`);
  });

  test('after the server has used up the token: the session is expired, and says that a response was lost', async () => {
    const { world, victim, other } = await openTwo();
    await using _ = world;
    world.server.intercept(
      'refresh',
      async (_request, next) => {
        await next();
        victim.child.kill('SIGKILL');
        await victim.exited;
        return Response.error();
      },
      { times: 1 },
    );
    await send(victim);
    const report = await other.ask(five);

    expect(report).toMatchObject({
      outcomes: Array.from(all200, () => 'ERR_SESSION_EXPIRED'),
      view: { status: 'expired', reason: 'server.refreshTokenInvalid', answerLost: true },
    });
  });

  test(
    `at any moment of ${rounds()} rounds: the other has a good session, or one that says why it has expired`,
    async () => {
      for (let round = 0; round < rounds(); round += 1) {
        const { world, victim, other } = await openTwo();
        await using _ = world;
        let isUsedUp = false;
        world.server.intercept('refresh', async (_request, next) => {
          const response = await next();
          isUsedUp = true;
          await new Promise((resolve) => setTimeout(resolve, duration / 2));
          return response;
        });
        const both = Promise.all([send(victim), other.ask(five)]);
        setTimeout(() => victim.child.kill('SIGKILL'), (round / rounds()) * 3 * duration);
        const [, report] = await both;
        const { status, answerLost } = report.view;

        if (status === 'authenticated') {
          expect(report.outcomes).toEqual(all200);
          expect(await generationIn(world)).toBe(2);
        } else {
          expect({ status, answerLost, isUsedUp }).toEqual({
            status: 'expired',
            answerLost: true,
            isUsedUp: true,
          });
        }
      }
    },
    120_000 + 10_000 * rounds(),
  );
});

/** `ROUNDS=100` runs more rounds. */
function rounds(): number {
  return Number(process.env['ROUNDS'] ?? 4);
}

describe('A process that is stopped while it refreshes', () => {
  const timeout = 1_000;

  test('loses its lock after four times `refresh.timeout`, and makes no call when it continues', async () => {
    const { world, victim, other } = await openTwo({ signalWhenLocked: 'SIGSTOP', timeout });
    await using _ = world;
    const late = victim.ask(five);
    await expect.poll(() => stateOf(victim)).toBe('T');
    const quick = await world.start({ timeout });
    const report = await quick.ask(five);
    victim.child.kill('SIGCONT');

    expect(report).toMatchObject({ outcomes: all200, view: { status: 'authenticated' } });
    expect(await late).toMatchObject({ outcomes: all200, view: { status: 'authenticated' } });
    expect(await other.ask(five)).toMatchObject({ outcomes: all200 });
    expect(world.refreshes()).toEqual([200]);
    expect(await generationIn(world)).toBe(2);
  });
});

/** `T` while the process is stopped. */
async function stateOf({ child }: Program): Promise<string | undefined> {
  const text = await readFile(`/proc/${child.pid ?? 0}/stat`, 'utf8');
  return text.split(') ')[1]?.charAt(0);
}
