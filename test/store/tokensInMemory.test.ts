import { describe, expect, test } from 'vitest';
import { memoryStore, tokensInMemory, type SessionStore, type StoredSession } from '../../src/index.ts';
import { createBorder } from './gate.ts';
import { put } from './put.ts';
import { storedSession, tombstone, type Person } from './records.ts';
import { describeStore } from './storeContract.ts';

describeStore('tokensInMemory', () => {
  const border = createBorder();
  // One store for all sessions, as in one tab: another tab has its own tokens.
  const store = border.before(tokensInMemory<Person>({ ...memoryStore<Person>(), isPrivate: false }));
  return { ...border, open: () => store };
});

/** The shared store, and two tabs on it. */
function openTabs() {
  const place: SessionStore<Person> = { ...memoryStore<Person>(), isPrivate: false };
  return { place, one: tokensInMemory(place), other: tokensInMemory(place) };
}

/** Stores tokens that a tab has got by a refresh. */
const renew = (store: SessionStore<Person>, accessToken: string) =>
  store.update('session', (found) =>
    found == null || 'ended' in found
      ? undefined
      : { ...found, accessToken, generation: found.generation + 1 },
  );

const { issuedAt } = storedSession();
const withoutTokens = { accessToken: null, refreshToken: null, expiresAt: issuedAt };

describe('tokensInMemory', () => {
  test('gives each tab its own tokens, and shares the user, the number of refreshes and the end', async () => {
    const { place, one, other } = openTabs();
    const session = storedSession({ generation: 1, secrets: { idToken: 'an-id-token' } });
    await put(one, 'session', session);
    const { secrets: _, ...shared } = { ...session, ...withoutTokens };
    expect(await place.read('session')).toEqual(shared);
    expect(await one.read('session')).toEqual(session);
    expect(await other.read('session')).toEqual(shared);

    expect(await renew(other, 'of-other')).toMatchObject({ accessToken: 'of-other', generation: 2 });
    expect(await one.read('session')).toEqual(session);
    expect(await renew(one, 'of-one')).toMatchObject({ accessToken: 'of-one', generation: 2 });
    expect(await place.read('session')).toEqual({ ...shared, generation: 3 });
    expect(await other.read('session')).toMatchObject({ accessToken: 'of-other', generation: 2 });

    const user = { id: '1', name: 'Countess' };
    await other.update('session', (found) =>
      found == null || 'ended' in found ? undefined : { ...found, user, userRevision: 1 },
    );
    expect(await one.read('session')).toMatchObject({ accessToken: 'of-one', user, userRevision: 1 });

    await put(one, 'session', tombstone());
    expect(await other.read('session')).toEqual(tombstone());
    await put(place, 'session', shared);
    for (const tab of [one, other]) expect(await tab.read('session')).toEqual(shared);
  });

  test('starts the next session with its own number, and without the tokens of the one before', async () => {
    const { place, one, other } = openTabs();
    await put(one, 'session', storedSession({ generation: 1 }));
    await renew(other, 'of-other');
    await renew(other, 'of-other');
    await put(one, 'session', storedSession({ sessionId: 'the-next', generation: 1 }));

    expect(await place.read('session')).toMatchObject({ sessionId: 'the-next', generation: 1 });
    expect(await other.read('session')).toMatchObject({ sessionId: 'the-next', ...withoutTokens });
  });

  test.each<[string, Partial<StoredSession<Person>>]>([
    ['whose tokens are in the store', {}],
    ['whose tokens the server keeps in cookies', { accessToken: null, refreshToken: null }],
  ])('returns a session %s as it is', async (_name, changes) => {
    const { place, one } = openTabs();
    const session = storedSession(changes);
    await put(one, 'session', storedSession());
    await put(place, 'session', session);

    expect(await one.read('session')).toEqual(session);
  });

  test('writes a session without tokens as it is, if the server keeps them in cookies', async () => {
    const { place, one } = openTabs();
    const session = storedSession({ accessToken: null, refreshToken: null });
    await put(one, 'session', session);

    expect(await place.read('session')).toEqual(session);
  });

  test('replaces a record that the store cannot read', async () => {
    const { place } = openTabs();
    const store = tokensInMemory<Person>({
      ...place,
      update: (key, decide) => place.update(key, () => decide(undefined)),
    });
    await put(store, 'session', storedSession());

    expect(await store.read('session')).toEqual(storedSession());
    expect(await place.read('session')).toEqual(storedSession(withoutTokens));
  });
});
