import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { encryptedStore } from '../../src/index.ts';
import { put } from '../store/put.ts';
import { storedSession } from '../store/records.ts';
import { createPlace } from './place.ts';

test('An encrypted file has no readable token, and is read by another store with the key', async () => {
  await using place = await createPlace();
  const keys = [new Uint8Array(32).fill(7)];
  await put(encryptedStore(place.open(), { keys }), 'session', storedSession());

  expect(await readFile(place.path, 'utf8')).not.toMatch(/a-refresh-token|an-access-token|Ada/);
  expect(await encryptedStore(place.open(), { keys }).read('session')).toEqual(storedSession());
});
