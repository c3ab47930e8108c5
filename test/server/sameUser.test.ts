import { describe, expect, test } from 'vitest';
import { createSession, memoryStore, type ServerContract } from '../../src/index.ts';
import { createManualClock } from '../clock.ts';

type User = Readonly<Record<string, unknown>>;

/** Signs in a user, lets the session expire, signs in the second user, and returns the outcome of a request in between. */
async function signInAfter(before: User, now: User, contract: Partial<ServerContract<User>> = {}) {
  const clock = createManualClock();
  using session = createSession<User>({
    baseUrl: 'https://api.example.com',
    server: contract,
    store: memoryStore(),
    ky: { fetch: () => Promise.resolve(Response.json({})) },
    hold: { whileExpired: 10_000 },
    environment: { clock },
  });
  await session.adopt({ accessToken: 'one', expiresIn: 60, user: before });
  await clock.advance(60_000);
  expect(session.getSnapshot().status).toBe('expired');
  const { identity } = session.getSnapshot();
  const held = session.fetch('/orders').then(
    () => 'sent',
    (error: unknown) => (error as { code?: string }).code,
  );
  await clock.advance(0);
  await session.adopt({ accessToken: 'two', expiresIn: 60, user: now });
  const isSame = session.getSnapshot().identity === identity;
  return { isSame, request: await held };
}

const same = { isSame: true, request: 'sent' };
const another = { isSame: false, request: 'ERR_IDENTITY_CHANGED' };

describe('The user who signs in after an expiry, without `isSameUser`,', () => {
  test.each<[string, User, User]>([
    ['one more session', { id: 1, sessions: ['a'] }, { id: 1, sessions: ['a', 'b'] }],
    ['the claims of another id token', { sub: 'ada', iat: 1 }, { sub: 'ada', iat: 2 }],
    ['a number that one endpoint sends as text', { id: 1 }, { id: '1', exp: 2 }],
    ['an `_id` of MongoDB', { _id: '507f', seenAt: 1 }, { _id: '507f', seenAt: 2 }],
    ['a `uid` of Firebase', { uid: 'x', name: 'Ada' }, { uid: 'x', name: 'Ada L.' }],
    ['another address under the same id', { id: 1, email: 'a@x.org' }, { id: 1, email: 'b@x.org' }],
    ['the same address, and no id', { email: 'a@x.org', seenAt: 1 }, { email: 'a@x.org', seenAt: 2 }],
    ['an id in one response only, and the same address', { id: 1, email: 'a@x.org' }, { email: 'a@x.org' }],
    ['an id of null in one of them', { id: null, sub: 'ada', iat: 1 }, { id: 7, sub: 'ada', iat: 2 }],
    ['no field that identifies them, and equal JSON', { name: 'Ada', age: 36 }, { name: 'Ada', age: 36 }],
  ])('is the same user with %s', async (_, before, now) => {
    expect(await signInAfter(before, now)).toEqual(same);
  });

  test.each<[string, User, User]>([
    ['another id, and other fields that are equal', { id: 1, email: 'a@x.org' }, { id: 2, email: 'a@x.org' }],
    ['another address, and no id', { email: 'a@x.org' }, { email: 'b@x.org' }],
    ['an id in different places', { id: 'ada' }, { sub: 'ada' }],
    ['ids that are empty', { id: '', name: 'Ada' }, { id: '', name: 'Grace' }],
    ['ids that are objects', { id: { $oid: '1' }, seenAt: 1 }, { id: { $oid: '2' }, seenAt: 1 }],
    ['a nested id, which is not compared', { data: { id: 1 }, at: 1 }, { data: { id: 1 }, at: 2 }],
  ])('is another user with %s', async (_, before, now) => {
    expect(await signInAfter(before, now)).toEqual(another);
  });

  test('is compared with `isSameUser` if the contract has it', async () => {
    const isSameUser = (one: User, other: User) => one['tenant'] === other['tenant'];

    expect(await signInAfter({ id: 1, tenant: 'x' }, { id: 1, tenant: 'y' }, { isSameUser })).toEqual(
      another,
    );
    expect(await signInAfter({ id: 1, tenant: 'x' }, { id: 2, tenant: 'x' }, { isSameUser })).toEqual(same);
  });
});
