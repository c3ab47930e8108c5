import { describe, expect, test } from 'vitest';
import { memoryAccounts } from '../../src/testing/index.ts';
import { startServer } from '../referenceServer/server.ts';
import { answer } from './answers.ts';
import {
  ada,
  openSignedIn,
  openWorld,
  outcomeOf,
  reaches,
  requestWithExpiredToken,
  until,
  type World,
} from './world.ts';

/** Never responds. */
const never = () => new Promise<Response>(() => undefined);

/** Sends the headers and the beginning of the body, and then nothing more. */
const fallsSilent = () =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"accessToken":'));
      },
    }),
    { headers: { 'content-type': 'application/json' } },
  );

/** Waits until the refresh endpoint has been called so many times. */
async function calledTimes(world: World, times: number): Promise<void> {
  await until(() => world.refreshTimes().length === times);
}

describe('a server that stops responding', () => {
  test.each([
    ['at all', never, 0],
    ['after its headers', fallsSilent, 1],
  ])('%s has `refresh.timeout` for each call', async (_name, handler, headersPerCall) => {
    let headers = 0;
    await using world = await openSignedIn({
      refresh: { timeout: 5_000, attempts: 4 },
      hold: { timeout: 60_000 },
      ky: {
        async fetch(input, init) {
          const response = await fetch(input, init);
          if (input instanceof Request && input.url.endsWith('/auth/refresh')) headers += 1;
          return response;
        },
      },
    });
    world.answerRefresh(handler);
    const held = requestWithExpiredToken(world);
    for (let call = 1; call <= 4; call += 1) {
      await calledTimes(world, call);
      await until(() => headers === call * headersPerCall);
      await world.clock.advance(4_999);
      expect(world.session.actor.getSnapshot().matches({ signedIn: { refreshing: 'requesting' } })).toBe(
        true,
      );
      await world.clock.advance(1);
      await reaches(
        world.session,
        (snapshot) => !snapshot.matches({ signedIn: { refreshing: 'requesting' } }),
      );
      if (call < 4) await world.clock.advance(250 * 2 ** (call - 1));
    }

    expect(await held).toMatchObject({ name: 'RefreshUnavailableError' });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    await world.live(24 * 3_600_000);
    expect(world.refreshTimes()).toEqual([0, 5_250, 10_750, 16_750]);
  });

  test.each([
    ['at all', never],
    ['after its headers', fallsSilent],
  ])('%s may have received the token: a later refusal counts as a lost response', async (_name, handler) => {
    await using world = await openSignedIn();
    world.answerRefresh(answer(401));
    world.answerRefresh(handler, { times: 1 });
    const held = requestWithExpiredToken(world);
    await calledTimes(world, 1);
    await world.clock.advance(8_000);

    expect(await world.follow(held)).toMatchObject({
      name: 'SessionExpiredError',
      reason: { answerLost: true },
    });
    expect(world.refreshTimes()).toEqual([0, 8_250]);
  });

  test('is called again within ten seconds, the usual grace period of servers', async () => {
    await using world = await openSignedIn({ environment: { random: () => 0.999 } });
    world.answerRefresh(never, { times: 1 });
    const held = requestWithExpiredToken(world);
    await calledTimes(world, 1);
    await world.clock.advance(8_000);

    expect(await world.follow(held)).toBe(200);
    expect(world.refreshTimes()[1]).toBeLessThan(9_000);
  });

  test('delays no request for longer than `hold.timeout`', async () => {
    await using world = await openSignedIn({ hold: { timeout: 3_000 } });
    world.answerRefresh(never);
    const held = requestWithExpiredToken(world);
    await calledTimes(world, 1);
    await world.clock.advance(3_000);

    expect(await held).toMatchObject({ name: 'HoldTimeoutError', timeout: 3_000 });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'refreshing', reason: null });
  });
});

describe('an unreachable server', () => {
  test('ends no session, and a later refusal does not count as a lost response', async () => {
    let isThere = true;
    const gone = await startServer({ accounts: memoryAccounts() });
    await gone.close();
    await using world = await openWorld({
      ky: {
        fetch: (input, init) => {
          const request = new Request(input, init);
          const { origin } = new URL(request.url);
          return fetch(isThere ? request : new Request(request.url.replace(origin, gone.url), request));
        },
      },
    });
    await world.session.login(ada);
    isThere = false;
    await world.clock.advance(60_000);
    const held = outcomeOf(world.session.fetch('/api/me'));

    expect(await world.follow(held)).toMatchObject({ name: 'RefreshUnavailableError', status: null });
    expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', reason: null });
    isThere = true;
    world.answerRefresh(answer(401));
    expect(await world.follow(outcomeOf(world.session.fetch('/api/me')))).toMatchObject({
      name: 'SessionExpiredError',
      reason: { answerLost: false },
    });
  });
});
