import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

/** Loads what was built, as ESM and as CommonJS, by the names that a program uses. */
const require = createRequire(import.meta.url);
const name = 'sessionchart';

for (const load of [
  (path: string): Promise<unknown> => import(path),
  (path: string): unknown => require(path),
]) {
  const entry = read(await load(name));
  const testing = read(await load(`${name}/testing`));
  const machine = read(await load(`${name}/machine`));
  assert.equal(typeof machine['sessionMachine'], 'object');

  // One copy of each class for all entries: what the test kit's session throws is what the program knows.
  const { createTestSession } = testing;
  const { SessionExpiredError } = entry;
  assert(typeof createTestSession === 'function' && typeof SessionExpiredError === 'function');
  const kit = read(await Reflect.apply(createTestSession, undefined, [{ state: 'expired' }]));
  const { fetch } = read(kit['session']);
  assert(typeof fetch === 'function');
  const refused: unknown = await Promise.resolve(Reflect.apply(fetch, undefined, ['/api/me'])).catch(
    (error: unknown) => error,
  );
  assert(Object.getPrototypeOf(refused) === SessionExpiredError.prototype);
}
console.log('ESM and CommonJS: all entries load, and share their classes.');

function read(value: unknown): Record<string, unknown> {
  assert(typeof value === 'object' && value !== null);
  return value as Record<string, unknown>;
}
