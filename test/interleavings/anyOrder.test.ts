import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSessionError } from '../../src/index.ts';
import { createWorld, type World } from './world.ts';

const ada = { username: 'ada', password: 'lovelace' };
const grace = { username: 'grace', password: 'hopper' };

const tab = fc.nat({ max: 1 });

/** All that users, servers and time can do, in any order. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('request'), tab, door: fc.constantFrom('ky', 'fetch') } as const),
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
  if (next.do === 'request') world.request(next.tab, next.door);
  else if (next.do === 'wait') await clock.advance(next.milliseconds);
  else if (next.do === 'expire') server.expireAccessTokens();
  else if (next.do === 'revoke') server.revokeSessions();
  else if (next.do === 'trouble')
    server.intercept('refresh', () => new Response(null, { status: 503 }), { times: 1 });
  else if (session !== undefined && next.do === 'login') world.attempt(session.login(next.who));
  else if (session !== undefined && next.do === 'logout') world.attempt(session.logout());
  else if (session !== undefined && next.do === 'refresh') world.attempt(session.refresh());
}

function check(world: World): void {
  for (const { as, answer, error } of world.sent) {
    // Every request comes to an end, and a refusal is one of ours.
    expect(
      answer !== null || isSessionError(error),
      `neither an answer nor a refusal: ${String(error)}`,
    ).toBe(true);
    // What one user sent is never answered as another's.
    if (as !== null && answer !== null && answer.user !== null) expect(answer.user).toBe(as);
  }
  const codes = world.server.requests.map(({ code }) => code);
  expect(codes).not.toContain('refreshTokenReused');
  expect(world.mostRefreshesAtOnce()).toBeLessThanOrEqual(1);
}

describe('in any order of events and of answers', () => {
  it('no request is lost, none is sent as somebody else, and no refresh token is used twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 25 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        async (steps, delays) => {
          const world: World = createWorld(async (answer) => {
            const result = await answer;
            // The network delivers late and out of order.
            const delay = delays.next().value * 40;
            if (delay > 0) await new Promise<void>((resolve) => world.clock.schedule(resolve, delay));
            return result;
          }, 2);
          for (const next of [{ do: 'login', tab: 0, who: ada } as const, ...steps]) await take(world, next);
          await world.drain();
          check(world);
        },
      ),
      { numRuns: Number(process.env['FAST_CHECK_RUNS'] ?? 150) },
    );
  }, 120_000);
});
