import { describe, expect, test, vi } from 'vitest';
import { createSession, memoryStore, type StoredRecord } from '../../src/index.ts';
import { createManualClock } from '../../src/testing/index.ts';

interface User {
  readonly id: number;
  readonly name: string;
}

const ada = { id: 1, name: 'Ada' };

interface Options {
  readonly isSameUser?: (before: User, now: User) => boolean;
  /** The user to whom the refresh endpoint grants the new tokens. */
  readonly granted?: User;
  /** When the refresh endpoint responds. Default is at once. */
  readonly after?: Promise<void>;
}

/** Ada is signed in, and the next refresh returns tokens of this user. */
async function openWorld({ isSameUser, granted, after = Promise.resolve() }: Options) {
  const store = memoryStore<User>();
  const revoked: (string | null)[] = [];
  const sent: string[] = [];
  const session = createSession<User>({
    baseUrl: 'https://api.example.com',
    server: {
      refresh: () => after.then(() => ({ accessToken: 'new', refreshToken: 'newer', user: granted })),
      logout: ({ refreshToken }) => Promise.resolve(void revoked.push(refreshToken)),
      ...(isSameUser && { isSameUser }),
    },
    store,
    ky: {
      fetch: (input, init) => {
        const { headers } = new Request(input, init);
        sent.push(headers.get('authorization') ?? 'nobody');
        return Promise.resolve(Response.json({}));
      },
    },
    environment: { clock: createManualClock() },
  });
  await session.adopt({ accessToken: 'old', refreshToken: 'older', expiresIn: 0, user: ada });
  const stored = (): Promise<StoredRecord<User> | null> => Promise.resolve(store.read('session'));
  return { session, revoked, sent, stored, [Symbol.dispose]: session.dispose };
}

const sameId = (before: User, now: User) => before.id === now.id;

describe('A refresh that grants tokens of another user', () => {
  const grace = { id: 2, name: 'Grace' };

  test('ends the session, and waiting requests are never sent as that user', async () => {
    using world = await openWorld({ isSameUser: sameId, granted: grace });
    const { session } = world;
    const waiting = [session.fetch('/orders'), session.api.get('invoices')];

    expect(await Promise.allSettled(waiting)).toMatchObject([
      { reason: { code: 'ERR_LOGGED_OUT' } },
      { reason: { code: 'ERR_LOGGED_OUT' } },
    ]);
    expect(world.sent).toEqual([]);
    expect(session.getSnapshot()).toMatchObject({
      status: 'loggedOut',
      user: null,
      reason: { type: 'server.subjectMismatch' },
    });
    expect(await world.stored()).toMatchObject({ ended: 'loggedOut' });
  });

  test('after `adopt()` has replaced the old ones: a sign-out revokes the adopted tokens too', async () => {
    let respond = (): void => undefined;
    const after = new Promise<void>((resolve) => {
      respond = resolve;
    });
    using world = await openWorld({ isSameUser: sameId, granted: grace, after });
    const { session, revoked } = world;
    const waiting = session.fetch('/orders');
    await vi.waitUntil(() => session.actor.getSnapshot().matches({ signedIn: { refreshing: 'requesting' } }));
    await session.adopt({ accessToken: 'adopted', refreshToken: 'later', expiresIn: 600, user: ada });
    expect((await waiting).status).toBe(200);
    respond();
    await vi.waitFor(() => expect(revoked).toEqual(['newer']));
    await session.logout();

    expect(revoked).toEqual(['newer', 'later']);
  });

  test('revokes the new tokens', async () => {
    using world = await openWorld({ isSameUser: sameId, granted: grace });
    await world.session.refresh().catch(() => undefined);

    expect(world.revoked).toEqual(['newer']);
    expect(JSON.stringify(await world.stored())).not.toContain('new');
  });

  test('ends the session if the ids differ, even without `isSameUser`', async () => {
    using world = await openWorld({ granted: grace });
    await expect(world.session.refresh()).rejects.toMatchObject({ code: 'ERR_LOGGED_OUT' });

    expect(world.session.getSnapshot()).toMatchObject({ status: 'loggedOut', user: null });
    expect(world.revoked).toEqual(['newer']);
  });
});

test('A refresh that names the same user with a new email address continues, with or without an id', async () => {
  for (const id of [{ id: 1 }, {}]) {
    const [before, now] = [
      { ...id, email: 'ada@old.org' },
      { ...id, email: 'ada@new.org' },
    ];
    using session = createSession<{ id?: number; email: string }>({
      baseUrl: 'https://api.example.com',
      server: { refresh: () => Promise.resolve({ accessToken: 'new', user: now }) },
      environment: { clock: createManualClock() },
    });
    await session.adopt({ accessToken: 'old', user: before });
    await session.refresh();

    expect(session.getSnapshot()).toMatchObject({ status: 'authenticated', user: now });
  }
});

test('A refresh that returns new data of the same user updates the user', async () => {
  const renamed = { id: 1, name: 'Ada Lovelace' };
  using world = await openWorld({ isSameUser: sameId, granted: renamed });
  await world.session.refresh();

  expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: renamed });
});

test('A refresh without a user keeps the user', async () => {
  using world = await openWorld({ isSameUser: () => false });
  await world.session.refresh();

  expect(world.session.getSnapshot()).toMatchObject({ status: 'authenticated', user: ada });
});

test('An `isSameUser` that throws loses no tokens', async () => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  using world = await openWorld({
    isSameUser: () => {
      throw new Error('a mistake');
    },
    granted: { id: 1, name: 'Ada Lovelace' },
  });
  await world.session.refresh();

  expect(reported).toHaveBeenCalledWith(
    expect.objectContaining({ message: expect.stringContaining('`server.isSameUser` failed') as unknown }),
  );
  expect(await world.stored()).toMatchObject({ generation: 2, refreshToken: 'newer' });
});
