import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testsEverything } from '../everything.ts';
import { statuses } from '../store/peers/outcomes.ts';
import { openWorld } from '../store/peers/world.ts';
import { play, rest, steps, type Play, type Step } from './tabs.ts';

function checkRequests({ sent, open }: Play): void {
  for (const { from, as, outcome, user } of sent) {
    if (from.life.isOver()) continue;
    // Every request settles, and a refused one rejects with an error of the session or of the network.
    expect(String(outcome)).toMatch(/^(200|401|ERR_\w+|TypeError: Failed to fetch)$/);
    // A request of one user never gets the response of another.
    if (as !== null && user !== null && user !== 'null') expect(user).toBe(as);
  }
  expect(open()).toBe(0);
}

function checkEnds({ happened, living, world }: Play, hasLock: boolean): void {
  const isReusable = happened.lostCall || happened.clear || (!hasLock && happened.jumpInCall);
  const views = living().map(({ session }) => session.getSnapshot());
  for (const { status, reason } of views) {
    // After the store was emptied, a tab that missed a message cannot find the newer token and uses the old one.
    const hasVerdict = happened.revoke || isReusable;
    // A later login may have replaced this session and expired, which signs this one out.
    if (status === 'loggedOut')
      expect(happened.logout || hasVerdict, 'signed out without a cause').toBe(true);
    if (status === 'expired') {
      expect(hasVerdict, 'expired without a cause').toBe(true);
      expect(reason?.type).toMatch(/^(server\.refreshToken|peer\.expired)/);
    }
    // If the server saw a token twice, the tab that was refused knows that a response was lost.
    const isReused = !happened.revoke && !happened.clear && reason?.type === 'server.refreshTokenInvalid';
    if (isReused) expect(reason.answerLost, 'a reused token without a lost response').toBe(true);
  }
  if (world.reuses() > 0) expect(isReusable, 'a refresh token was used twice').toBe(true);
}

/** Every screen shows what a reload would find in the store. */
function checkStore({ living, world }: Play): void {
  const record = world.store.record();
  // An emptied store ends no session.
  if (record === null) return;
  const live = !('ended' in record) ? record.user?.username : null;
  const views = living().map(({ session }) => session.getSnapshot());
  const signedIn = views.filter(({ isSignedIn }) => isSignedIn);
  for (const { user } of signedIn) expect(user?.username).toBe(live);
  if (live !== null) expect(signedIn.length).toBe(views.length);
}

async function checkLogout({ living, world }: Play): Promise<void> {
  const before = statuses(living());
  const leaving = living()[before.indexOf('authenticated')] ?? living()[0];
  void leaving?.session.logout();
  await rest(world);
  const record = world.store.record();
  if (record !== null) expect(record).toHaveProperty('ended');
  expect(JSON.stringify(record)).not.toContain('Token');
  for (const [index, status] of statuses(living()).entries()) {
    if (before[index] === 'authenticated') expect(status).toBe('loggedOut');
    else expect(status).toMatch(/^(loggedOut|anonymous|expired)$/);
  }
}

/** The simulation plays hundreds of worlds with the same events in each test run. */
const runs = Number(process.env['FAST_CHECK_RUNS'] ?? (testsEverything ? 40 : 15));
const ways = fc.infiniteStream(fc.nat({ max: 3 }));

const faults = [
  { store: 'that responds at once', channel: 'loses nothing' },
  { store: 'that responds at once', channel: 'loses, delays, doubles and reorders messages' },
  { store: 'that responds late', channel: 'loses nothing' },
  { store: 'that responds late', channel: 'loses, delays, doubles and reorders messages' },
] as const;

describe.each(['with a lock', 'without a lock'] as const)(
  'two to four tabs %s, in any order of events,',
  (lock) => {
    it.each(faults)(
      'on a store $store, and with a channel that $channel, lose no request, use no refresh token twice, and are signed out only by the server or the user',
      async ({ store, channel }) => {
        const hasLock = lock === 'with a lock';
        const run = async (given: Step[], count: number, chance: Iterator<number>) => {
          const draw = () => Number(chance.next().value);
          const fates = () => [[], [draw() * 700], [0], [0, draw() * 300]][draw()] ?? [];
          using world = openWorld({
            hasLock,
            way: () => draw() * 40,
            handOver: () => draw() * 30,
            ...(store === 'that responds late' && { storeDelay: () => draw() * 20 }),
            ...(channel !== 'loses nothing' && { fate: fates }),
            session: { refresh: { cooldown: 0 } },
          });
          world.openMany(count);
          const played = await play(world, given);
          checkRequests(played);
          checkEnds(played, hasLock);
          checkStore(played);
          await checkLogout(played);
        };
        const many = fc.integer({ min: 2, max: 4 });
        await fc.assert(fc.asyncProperty(steps, many, ways, run), { numRuns: runs });
      },
      300_000,
    );
  },
);
