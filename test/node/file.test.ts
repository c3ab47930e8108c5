import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileStore } from '../../src/node/index.ts';
import { put } from '../store/put.ts';
import { storedSession, tombstone } from '../store/records.ts';
import { createPlace } from './place.ts';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('The file of fileStore', () => {
  test.skipIf(process.platform === 'win32')(
    'can be read by its owner alone, and so can all beside it',
    async () => {
      await using place = await createPlace();
      const store = place.open();
      const { signal } = new AbortController();
      await put(store, 'session', storedSession());
      await store.lock('session', async () => undefined, { signal, timeout: 1_000 });
      const folder = dirname(place.path);
      const found = await readdir(folder, { recursive: true });
      const modes = await Promise.all(found.map((name) => modeOf(join(folder, name))));

      expect(await modeOf(folder)).toBe('700');
      expect(found).toHaveLength(4);
      expect(modes.toSorted()).toEqual(['600', '600', '600', '700']);
    },
  );

  test('has no secret in any file beside it, and none at all after a sign-out', async () => {
    await using place = await createPlace();
    const store = place.open();
    const { signal } = new AbortController();
    const textOfAll = async () => {
      const found = await readdir(place.folder, { recursive: true, withFileTypes: true });
      const files = found
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      return Promise.all(files.map((file) => readFile(file, 'latin1')));
    };
    await store.lock('session', () => put(store, 'session', storedSession()), { signal, timeout: 1_000 });
    const signedIn = await textOfAll();
    await put(store, 'session', tombstone());

    expect(signedIn.filter((text) => text.includes('a-refresh-token'))).toHaveLength(1);
    expect((await textOfAll()).join()).not.toMatch(/token|Ada/);
  });

  test.each(['', '\0\0\0\0', '{"sessionchart":1,"sessions":{"session":{"vers'])(
    'counts as empty if it contains %j, and is whole again after the next write',
    async (text) => {
      await using place = await createPlace();
      const store = place.open();
      await mkdir(dirname(place.path), { recursive: true });
      await writeFile(place.path, text);

      expect(await store.read('session')).toBeNull();
      await put(store, 'session', storedSession());
      expect(await place.open().read('session')).toEqual(storedSession());
      expect(await readdir(dirname(place.path))).not.toContain('session.json.replaced');
    },
  );

  test.each(['export PATH=/bin', '{"name": "my-tool"}', '{"sessionchart":2,"sessions":{}}'])(
    'is moved aside and not lost if it contains %j',
    async (text) => {
      await using place = await createPlace();
      const store = place.open();
      await mkdir(dirname(place.path), { recursive: true });
      await writeFile(place.path, text);
      await store.update('session', () => undefined);
      const untouched = await readFile(place.path, 'utf8');
      await put(store, 'session', storedSession());

      expect(untouched).toBe(text);
      expect(await readFile(`${place.path}.replaced`, 'utf8')).toBe(text);
      expect(await store.read('session')).toEqual(storedSession());
    },
  );

  test('keeps a record of another version under another key as it is', async () => {
    await using place = await createPlace();
    const store = place.open();
    const newer = { version: 2, anything: [1] };
    await mkdir(dirname(place.path), { recursive: true });
    await writeFile(place.path, JSON.stringify({ sessionchart: 1, sessions: { newer } }));
    await put(store, 'session', storedSession());

    expect(await store.read('newer')).toBeNull();
    expect(JSON.parse(await readFile(place.path, 'utf8'))).toMatchObject({ sessions: { newer } });
  });

  test('is created again if it is deleted, with its folder', async () => {
    await using place = await createPlace();
    const store = place.open();
    await put(store, 'session', storedSession());
    await rm(place.folder, { recursive: true });

    expect(await store.read('session')).toBeNull();
    await put(store, 'session', storedSession());
    expect(await place.open().read('session')).toEqual(storedSession());
  });

  test('loses the draft of a process that was killed, since it contains tokens', async () => {
    await using place = await createPlace();
    const store = place.open();
    await put(store, 'session', storedSession());
    const [old, recent] = ['0011', '2233'].map((name) => `${place.path}.${name}.draft`) as [string, string];
    for (const draft of [old, recent]) await writeFile(draft, 'a token');
    await utimes(old, 0, 0);
    await put(store, 'session', storedSession());

    expect(await readdir(dirname(place.path))).toContain('session.json.2233.draft');
    expect(await readdir(dirname(place.path))).not.toContain('session.json.0011.draft');
  });

  test.skipIf(process.platform === 'win32')('stays where a symbolic link points', async () => {
    await using place = await createPlace();
    await put(place.open(), 'session', storedSession());
    const link = join(place.folder, 'session.json');
    await symlink(place.path, link);
    await put(fileStore({ path: link }), 'session', tombstone());

    expect(await place.open().read('session')).toEqual(tombstone());
  });
});

function createGate() {
  let open = (): void => undefined;
  const opening = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opening };
}

describe('The lock of fileStore', () => {
  test('is still one lock for all if its file is deleted while a session waits', async () => {
    await using place = await createPlace();
    const [one, other, third] = [place.open(), place.open(), place.open()];
    const { signal } = new AbortController();
    const log: string[] = [];
    const ask = (store: typeof one, name: string, until: Promise<unknown>) =>
      store.lock(
        'session',
        async () => {
          log.push(`${name} began`);
          await until;
          log.push(`${name} ended`);
        },
        { signal, timeout: 60_000 },
      );
    const gates = [createGate(), createGate()] as const;
    const first = ask(one, 'first', gates[0].opening);
    await expect.poll(() => log).toContain('first began');
    const second = ask(other, 'second', gates[1].opening);
    await rm(`${place.path}.locks`, { recursive: true });
    gates[0].open();
    await expect.poll(() => log).toContain('second began');
    const last = ask(third, 'third', Promise.resolve());
    gates[1].open();
    await Promise.all([first, second, last]);

    expect(log).toEqual([
      'first began',
      'first ended',
      'second began',
      'second ended',
      'third began',
      'third ended',
    ]);
  });
});
