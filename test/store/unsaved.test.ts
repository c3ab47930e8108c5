import { describe, expect, test } from 'vitest';
import { after, type Awaitable } from '../../src/platform/thenable.ts';
import { memoryStore, type SessionOptions, type SessionStore, type StoredSession } from '../../src/index.ts';
import { createGate } from '../referenceServer/authorities.ts';
import {
  ada,
  grace,
  openWorld,
  outcomeOf,
  requestWithExpiredToken,
  type Login,
  type User,
} from '../refresh/world.ts';

/** A store that fails while it is locked, like the keychain of a locked phone: at every operation, or only at writes. */
function lockable(
  kept: SessionStore<User>,
  answers: 'at once' | 'later',
  fails: 'every operation' | 'writes',
) {
  const lock = { isLocked: false, operations: 0 };
  function operate<Result>(isWrite: boolean, operation: () => Result): Result {
    lock.operations += 1;
    if (lock.isLocked && (isWrite || fails === 'every operation')) throw new Error('Not allowed');
    return operation();
  }
  const isLater = answers === 'later';
  // The types of a store allow a promise or a value.
  const deliver = <Result>(operation: () => Awaitable<Result>): Awaitable<Result> =>
    isLater ? Promise.resolve().then(operation) : operation();
  const store: SessionStore<User> = {
    ...kept,
    read: (key) => deliver(() => operate(false, () => kept.read(key))),
    update: (key, decide) =>
      deliver(() =>
        after(
          operate(false, () => kept.read(key)),
          (found) => {
            const next = decide(found);
            return next === undefined ? found : operate(true, () => kept.update(key, () => next));
          },
        ),
      ),
  };
  return { lock, store };
}

type Options = Partial<SessionOptions<User, Login>>;

async function openLocked(
  answers: 'at once' | 'later',
  fails: 'every operation' | 'writes' = 'every operation',
) {
  const kept = memoryStore<User>();
  const { lock, store } = lockable(kept, answers, fails);
  const options: Options = { store, refresh: { proactive: false } };
  const world = await openWorld(options);
  await world.session.ready();
  await world.session.login(ada);
  lock.isLocked = true;
  expect(await requestWithExpiredToken(world)).toBe(200);
  expect(kept.read('session')).toMatchObject({ generation: 1 });
  return { world, kept, lock, options };
}

/** For so long after a refresh, a 401 starts no other one. */
const cooldown = 5_000;

/** Changes the session in the store as another tab would. */
function putElsewhere(
  kept: SessionStore<User>,
  changes: Pick<StoredSession<User>, 'accessToken' | 'generation'>,
): void {
  void kept.update('session', (found) => {
    if (!found || 'ended' in found) throw new Error('There is no session in the store');
    return { ...found, ...changes };
  });
}

const ways = (['at once', 'later'] as const).flatMap((answers) =>
  (['every operation', 'writes'] as const).map((fails) => ({ answers, fails })),
);

describe.each(ways)(
  'tokens that a store could not write (it responds $answers and fails at $fails)',
  ({ answers, fails }) => {
    test('are stored by the next request when the store works again, and found at the next start', async () => {
      const { world, kept, lock, options } = await openLocked(answers, fails);
      await using _world = world;
      lock.isLocked = false;
      expect(await outcomeOf(world.session.fetch('/api/me'))).toBe(200);
      await world.clock.advance(0);
      expect(kept.read('session')).toMatchObject({ generation: 2 });
      world.session.dispose();
      const again = world.open(options);
      await again.ready();
      await world.clock.advance(60_000);

      expect(await outcomeOf(again.fetch('/api/me'))).toBe(200);
      expect(again.getSnapshot().status).toBe('authenticated');
    });

    test.each(['visible', 'online', 'woke'] as const)('are stored on the signal `%s`', async (signal) => {
      const { world, kept, lock } = await openLocked(answers, fails);
      await using _world = world;
      if (signal === 'visible') world.signals.setVisible(false);
      if (signal === 'online') world.signals.setOnline(false);
      await world.clock.advance(0);
      expect(kept.read('session')).toMatchObject({ generation: 1 });
      lock.isLocked = false;
      if (signal === 'visible') world.signals.setVisible(true);
      else if (signal === 'online') world.signals.setOnline(true);
      else world.signals.wake();
      await world.clock.advance(0);

      expect(kept.read('session')).toMatchObject({ generation: 2 });
    });

    test('do not overwrite the tokens of a user who has signed in elsewhere since', async () => {
      const { world, kept, lock } = await openLocked(answers, fails);
      await using _world = world;
      const elsewhere = world.open({ store: kept });
      await elsewhere.logout();
      await elsewhere.login(grace);
      lock.isLocked = false;
      await outcomeOf(world.session.fetch('/api/me'));
      await world.clock.advance(0);

      expect(kept.read('session')).toMatchObject({ user: { username: 'grace' } });
    });

    test.each([
      ['the same generation', 2],
      ['a later generation', 5],
    ])('do not overwrite tokens of %s that another tab has stored', async (_name, generation) => {
      const { world, kept, lock } = await openLocked(answers, fails);
      await using _world = world;
      putElsewhere(kept, { generation, accessToken: 'of-another-tab' });
      lock.isLocked = false;
      await outcomeOf(world.session.fetch('/api/me'));
      await world.clock.advance(0);

      expect(kept.read('session')).toMatchObject({ accessToken: 'of-another-tab' });
    });

    test('overwrite older tokens that another tab has stored', async () => {
      const { world, kept, lock } = await openLocked(answers, fails);
      await using _world = world;
      await world.clock.advance(cooldown);
      expect(await requestWithExpiredToken(world)).toBe(200);
      putElsewhere(kept, { generation: 2, accessToken: 'of-another-tab' });
      lock.isLocked = false;
      await outcomeOf(world.session.fetch('/api/me'));
      await world.clock.advance(0);

      expect(kept.read('session')).toMatchObject({ generation: 3 });
    });

    test('and then an expiry that could not be written: newer tokens of another tab stay, and are used', async () => {
      const { world, kept, lock } = await openLocked(answers, fails);
      await using _world = world;
      await world.clock.advance(cooldown);
      world.server.revokeSessions();
      expect(await requestWithExpiredToken(world)).toMatchObject({ name: 'SessionExpiredError' });
      putElsewhere(kept, { generation: 5, accessToken: 'of-another-tab' });
      lock.isLocked = false;
      await outcomeOf(world.session.fetch('/api/public'));
      await world.clock.advance(0);

      expect(kept.read('session')).toMatchObject({ accessToken: 'of-another-tab' });
      expect(world.session.getSnapshot().status).toBe('authenticated');
    });

    test('do not overwrite the end of the session', async () => {
      const { world, kept, lock } = await openLocked(answers, fails);
      await using _world = world;
      await world.open({ store: kept }).logout();
      lock.isLocked = false;
      await outcomeOf(world.session.fetch('/api/me'));
      await world.clock.advance(0);

      expect(kept.read('session')).toMatchObject({ ended: 'loggedOut' });
    });

    test('and then a sign-out that could not be written either: the sign-out is stored', async () => {
      const { world, kept, lock } = await openLocked(answers, fails);
      await using _world = world;
      await world.session.logout();
      expect(kept.read('session')).toMatchObject({ generation: 1 });
      lock.isLocked = false;
      await outcomeOf(world.session.fetch('/api/public'));
      await world.clock.advance(0);

      expect(kept.read('session')).toMatchObject({ ended: 'loggedOut' });
    });

    test('are not written again without an event', async () => {
      const { world, lock } = await openLocked(answers, fails);
      await using _world = world;
      const { operations } = lock;
      await world.clock.advance(3_600_000);

      expect(lock.operations).toBe(operations);
    });
  },
);

test('Tokens whose write hung until it was given up are stored as soon as it has failed after all', async () => {
  const kept = memoryStore<User>();
  const hang = createGate();
  let isHanging = true;
  const store: SessionStore<User> = {
    ...kept,
    isPrivate: false,
    update: (key, decide) =>
      isHanging
        ? hang.opened.then(() => {
            throw new Error('The storage was restarted');
          })
        : kept.update(key, decide),
  };
  await using world = await openWorld({ store, refresh: { proactive: false } });
  await world.session.ready();
  const accessToken = 'got-elsewhere';
  const adopted = world.session.adopt({ accessToken, user: { id: '1', username: 'ada' } });
  await world.clock.advance(60_000);
  await adopted;
  expect(kept.read('session')).toBeNull();
  isHanging = false;
  hang.open();

  await expect.poll(() => kept.read('session')).toMatchObject({ accessToken });
});
