import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Loads the built package as ESM and as CommonJS, by its public names. */
const require = createRequire(import.meta.url);
const name = 'sessionchart';

for (const load of [
  (path: string): Promise<unknown> => import(path),
  (path: string): unknown => require(path),
]) {
  const entry = read(await load(name));
  const testing = read(await load(`${name}/testing`));
  const machine = read(await load(`${name}/machine`));
  const observe = read(await load(`${name}/observe`));
  const node = read(await load(`${name}/node`));
  const limits = read(await load(`${name}/limits`));
  const oauth = read(await load(`${name}/oauth`));
  const react = read(await load(`${name}/react`));
  const server = read(await load(`${name}/server`));
  const devtools = read(await load(`${name}/devtools`));
  const redis = read(await load(`${name}/redis`));
  const vault = read(await load(`${name}/vault`));
  const vaultWorker = read(await load(`${name}/vault/worker`));
  assert.equal(typeof machine['sessionMachine'], 'object');
  assert.equal(typeof node['fileStore'], 'function');
  assert.equal(typeof observe['observeRequests'], 'function');
  assert.equal(typeof observe['observeTabs'], 'function');
  assert.equal(typeof limits['limitSession'], 'function');
  assert.equal(typeof oauth['oauth'], 'function');
  assert.equal(typeof react['useSession'], 'function');
  assert.equal(typeof server['serverSessions'], 'function');
  assert.equal(typeof devtools['SessionDevtools'], 'function');
  assert.equal(typeof redis['redisStore'], 'function');
  assert.equal(typeof vault['workerVault'], 'function');
  assert.equal(typeof vaultWorker['serveVault'], 'function');

  // All entries share one copy of each class, so that an application recognises errors of the test kit's session.
  const { createTestSession } = testing;
  const { SessionExpiredError } = entry;
  assert(typeof createTestSession === 'function' && typeof SessionExpiredError === 'function');
  const kit = read(await Reflect.apply(createTestSession, undefined, [{ state: 'expired' }]));
  // Only `sessionchart/machine` and the devtools contain the chart's descriptions.
  const rootOf = (running: unknown) => read(read(running)['root']);
  assert.equal(typeof rootOf(machine['sessionMachine'])['description'], 'string');
  assert.equal(rootOf(read(read(kit['session'])['actor'])['logic'])['description'], undefined);
  const { fetch } = read(kit['session']);
  assert(typeof fetch === 'function');
  const refused: unknown = await Promise.resolve(Reflect.apply(fetch, undefined, ['/api/me'])).catch(
    (error: unknown) => error,
  );
  assert(Object.getPrototypeOf(refused) === SessionExpiredError.prototype);
}

for (const file of ['react.js', 'react.cjs', 'devtools.js', 'devtools.cjs']) {
  const code = await readFile(new URL(`../dist/${file}`, import.meta.url), 'utf8');
  assert(code.startsWith('"use client";'), `${file} does not say that it is client code`);
}
for (const file of [
  'index.js',
  'limits.js',
  'machine.js',
  'node.js',
  'oauth.js',
  'observe.js',
  'redis.js',
  'server.js',
  'testing.js',
  'vault.js',
  'vaultWorker.js',
])
  await withoutReact(file, new Set());
console.log(
  'ESM and CommonJS: all entries load and share their classes; only `sessionchart/react` and `sessionchart/devtools` load React.',
);

/** React must not be required without the React entries. */
async function withoutReact(file: string, seen: Set<string>): Promise<void> {
  if (seen.has(file)) return;
  seen.add(file);
  const code = await readFile(new URL(`../dist/${file}`, import.meta.url), 'utf8');
  const sources = [...code.matchAll(/(?:from|import)\s*['"]([^'"]+)['"]/g)].map(([, source]) => source ?? '');
  for (const source of sources) {
    assert(!/^@xstate\/react|^react/.test(source), `${file} imports ${source}`);
    if (source.startsWith('./')) await withoutReact(source.slice(2), seen);
  }
}

function read(value: unknown): Record<string, unknown> {
  assert(typeof value === 'object' && value !== null);
  return value as Record<string, unknown>;
}
