import { describe, expect, test } from 'vitest';
import {
  createSession,
  memoryStore,
  type Grant,
  type ServerContract,
  type SessionStore,
} from '../../src/index.ts';
import { createManualClock, type ManualClock } from '../clock.ts';
import type { Credentials, User } from './world.ts';

/** How long a call to the store takes in each direction, and how long the server takes to respond, in milliseconds. */
const way = 10;
const answering = 30;

/** A slow store with atomic operations, like IndexedDB under load. */
function slowStore(kept: SessionStore<User>, clock: ManualClock): SessionStore<User> {
  const pass = () => new Promise<void>((resolve) => clock.schedule(resolve, way));
  const operate = async <Result>(operation: () => Result | PromiseLike<Result>): Promise<Result> => {
    await pass();
    const result = await operation();
    await pass();
    return result;
  };
  return {
    ...kept,
    isPrivate: false,
    read: (key) => operate(() => kept.read(key)),
    update: (key, decide) => operate(() => kept.update(key, decide)),
    watch: () => () => undefined,
  };
}

/** Two tabs on one slow store that get no messages from each other. Ada is signed in in both. */
async function openTabs() {
  const clock = createManualClock();
  const kept = memoryStore<User>();
  const server: ServerContract<User, Credentials> = {
    refresh: () =>
      new Promise<Grant<User>>((resolve) => {
        clock.schedule(() => resolve({ accessToken: 'new', refreshToken: 'new' }), answering);
      }),
  };
  const open = () =>
    createSession<User, Credentials>({
      baseUrl: 'https://api.example.com',
      server,
      store: slowStore(kept, clock),
      refresh: { proactive: false },
      environment: {
        clock,
        random: () => 0.5,
      },
    });
  const one = open();
  void one.adopt({ accessToken: 'old', refreshToken: 'old', user: { id: '1', username: 'ada' } });
  await clock.advance(1_000);
  const other = open();
  await clock.advance(1_000);
  expect(other.getSnapshot()).toMatchObject({ status: 'authenticated', user: { username: 'ada' } });
  return { clock, kept, one, other };
}

const delays = Array.from({ length: 40 }, (_, step) => 5 * step);

describe('On a slow store', () => {
  test.each(delays)(
    'a sign-out %d ms into another tab’s refresh is not undone, even if the tab that signs out closes at once',
    async (delay) => {
      const { clock, kept, one, other } = await openTabs();
      void one.refresh().catch(() => undefined);
      await clock.advance(delay);
      void other.logout().then(() => other.dispose());
      await clock.advance(1_000);

      expect(kept.read('session')).toMatchObject({ ended: 'loggedOut' });
      one.dispose();
    },
  );

  test.each(
    delays.flatMap((delay) => (['refresh', 'logout'] as const).map((call) => [delay, call] as const)),
  )('a user who is adopted %d ms into `%s()` of another tab stays signed in', async (delay, call) => {
    const { clock, kept, one, other } = await openTabs();
    void one[call]().catch(() => undefined);
    await clock.advance(delay);
    void other.adopt({ accessToken: 'of-grace', user: { id: '2', username: 'grace' } });
    await clock.advance(1_000);

    expect(kept.read('session')).toMatchObject({ user: { username: 'grace' } });
    expect(other.getSnapshot()).toMatchObject({ user: { username: 'grace' } });
    for (const session of [one, other]) session.dispose();
  });
});
