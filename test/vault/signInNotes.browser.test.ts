import { expect, test } from 'vitest';
import { createSignInNotes } from '../../src/vault/worker/signInNotes.ts';

const signIn = (state: string) => ({
  ...{ state, codeVerifier: 'verifier', nonce: 'nonce', redirectUri: 'https://shop.example/callback' },
  ...{ maxAge: null, returnTo: '/orders', isStepUp: false, at: Date.now() },
});

/** How many of two simultaneous calls get the sign-in. */
async function countOfTwo(take: (state: string) => Promise<unknown>, state: string): Promise<number> {
  const found = await Promise.all([take(state), take(state)]);
  return found.filter((note) => note !== null).length;
}

test('Of two pages that return with one code at the same time, one gets the code verifier', async () => {
  const before = createSignInNotes();
  await before.add(signIn('popup'), false);
  await before.add(signIn('redirect'), true);
  await before.add(signIn('restarted'), true);
  // The last page has left for the provider, so that another worker has started.
  const restarted = createSignInNotes();

  expect(await countOfTwo(before.take, 'popup')).toBe(1);
  expect(await countOfTwo(before.take, 'redirect')).toBe(1);
  expect(await countOfTwo(restarted.take, 'restarted')).toBe(1);
  expect(await createSignInNotes().find('restarted')).toBeNull();
});
