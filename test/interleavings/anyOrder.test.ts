import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSessionError } from '../../src/index.ts';
import { ada, createWorld, grace, type World } from './world.ts';

const tab = fc.nat({ max: 1 });

/** Everything that users, servers and time can do, in any order. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('request'),
      tab,
      client: fc.constantFrom('ky', 'fetch'),
    } as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('login'), tab, who: fc.constantFrom(ada, grace) } as const),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('logout', 'refresh'), tab } as const) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('expire', 'revoke', 'trouble') } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      milliseconds: fc.constantFrom(0, 1, 100, 61_000),
    } as const),
  },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(world: World, next: Step): Promise<void> {
  const { server, clock, sessions } = world;
  const session = 'tab' in next ? sessions[next.tab] : undefined;
  if (next.do === 'request') world.request(next.tab, next.client);
  else if (next.do === 'wait') await clock.advance(next.milliseconds);
  else if (next.do === 'expire') server.expireAccessTokens();
  else if (next.do === 'revoke') server.revokeSessions();
  else if (next.do === 'trouble')
    server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
  else if (session !== undefined && next.do === 'login') world.attempt(session.login(next.who));
  else if (session !== undefined && next.do === 'logout') world.attempt(session.logout());
  else if (session !== undefined && next.do === 'refresh') world.attempt(session.refresh());
}

async function check(world: World): Promise<void> {
  for (const { as, answer, error } of world.sent) {
    // Every request settles, and a refused one rejects with an error of the session.
    expect(
      answer !== null || isSessionError(error),
      `neither a response nor an error of the session: ${String(error)}`,
    ).toBe(true);
    // A request of one user never gets the response of another.
    if (as !== null && answer?.user != null) expect(answer.user).toBe(as);
  }
  const codes = world.server.requests.map(({ code }) => code);
  expect(codes).not.toContain('refreshTokenReused');
  expect(world.mostRefreshesAtOnce()).toBeLessThanOrEqual(1);

  // The screen shows what a reload would find in the store.
  const stored = await world.stored();
  const live = stored !== null && !('ended' in stored) ? stored.user?.username : null;
  const shown = world.sessions.map((session) => session.getSnapshot());
  const signedIn = shown.filter(({ isSignedIn }) => isSignedIn);
  for (const { user } of signedIn) expect(user?.username).toBe(live);
  if (live !== null) expect(signedIn.length).toBeGreaterThan(0);
}

describe.each([
  ['that responds at once', false],
  ['that responds late', true],
])('with a store %s, in any order of events and responses', (_, isStoreSlow) => {
  it('no request is lost or sent as another user, no refresh token is used twice, and the store is correct', async () => {
    const delays = fc.infiniteStream(fc.nat({ max: 3 }));
    const run = async (steps: Step[], delay: Iterator<number>) => {
      const world: World = createWorld(
        async (answer) => {
          const result = await answer;
          // The network delivers responses late and out of order.
          const late = Number(delay.next().value) * 40;
          if (late > 0) await new Promise<void>((resolve) => world.clock.schedule(resolve, late));
          return result;
        },
        { isStoreSlow },
      );
      for (const next of [{ do: 'login', tab: 0, who: ada } as const, ...steps]) await take(world, next);
      await world.drain();
      await check(world);
      world.dispose();
    };
    const steps = fc.array(step, { minLength: 3, maxLength: 25 });
    await fc.assert(fc.asyncProperty(steps, delays, run), {
      numRuns: Number(process.env['FAST_CHECK_RUNS'] ?? 100),
    });
  }, 300_000);
});
