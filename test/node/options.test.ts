import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileStore, type FileStoreOptions } from '../../src/node/index.ts';
import { put } from '../store/put.ts';
import { storedSession } from '../store/records.ts';

const message = (options: unknown): string => {
  try {
    fileStore(options as FileStoreOptions);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
};

describe('The options of fileStore', () => {
  test.each<[unknown, string]>([
    [undefined, 'Expected `options` to be an object, got undefined'],
    [{}, 'Expected `path` to be given, or `appName` in its place, got none'],
    [{ path: '/tmp/a', appName: 'a' }, 'Expected `path` to be given, or `appName` in its place, got both'],
    [{ path: 7 }, 'Expected `path` to be the path of a file, in which `~` is not expanded, got 7'],
    [
      { path: '~/session' },
      'Expected `path` to be the path of a file, in which `~` is not expanded, got "~/session"',
    ],
    [
      { path: '/tmp/' },
      'Expected `path` to be the path of a file, in which `~` is not expanded, got "/tmp/"',
    ],
    [
      { path: tmpdir() },
      `Expected \`path\` to be the path of a file, in which \`~\` is not expanded, got the folder "${tmpdir()}"`,
    ],
    [{ appName: '' }, 'Expected `appName` to be a name that a folder can have, got ""'],
    [{ appName: '../x' }, 'Expected `appName` to be a name that a folder can have, got "../x"'],
    [
      { paths: 'x', path: 'a' },
      'Expected `paths` to be an option (did you mean `path`?), got a string of 1 characters',
    ],
  ])('%j: %s', (options, expected) => {
    expect(message(options)).toBe(expected);
  });

  test.skipIf(process.platform !== 'linux')(
    'put the file of an application where the platform keeps its data',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sessionchart-'));
      const before = process.env['XDG_DATA_HOME'];
      process.env['XDG_DATA_HOME'] = folder;
      try {
        await put(fileStore({ appName: 'my-tool' }), 'session', storedSession());
        await mkdir(join(folder, 'other'));

        const path = join(folder, 'my-tool', 'session.json');
        expect(await fileStore({ path }).read('session')).toEqual(storedSession());
      } finally {
        if (before === undefined) delete process.env['XDG_DATA_HOME'];
        else process.env['XDG_DATA_HOME'] = before;
        await rm(folder, { recursive: true });
      }
    },
  );
});
