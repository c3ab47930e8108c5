import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { check, object, type Kind } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { quote } from '../errors/received.ts';
import { ifPossible } from './fileErrors.ts';
import type { OpenDatabase } from './sqliteLock.ts';

/** Options of {@link fileStore}: one of the two. */
export interface FileStoreOptions {
  /** The path of the file. A relative path is resolved when the store is created. Missing folders are created. */
  readonly path?: string;
  /**
   * The name of the application (a name that can be a folder's). The file is then `session.json` in the folder where the
   * platform keeps the data of an application for one user: `~/.local/share/<name>` or `$XDG_DATA_HOME/<name>`,
   * `~/Library/Application Support/<name>`, `%LOCALAPPDATA%\<name>\Data`.
   */
  readonly appName?: string;
}

/** Paths and names are no secrets. */
const show = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : quote(value));

const filePath: Kind<string> = {
  expected: 'the path of a file, in which `~` is not expanded',
  includes: (value): value is string =>
    typeof value === 'string' && value !== '' && !value.includes('\0') && !/^~|[/\\]$/.test(value),
  show,
};

const folderName: Kind<string> = {
  expected: 'a name that a folder can have',
  includes: (value): value is string =>
    typeof value === 'string' && value !== '' && ifPossible(() => envPaths(value)) !== null,
  show,
};

/**
 * Returns the path of the file.
 *
 * @throws {InvalidOptionError} an option is not valid, or there is a folder at the path
 */
export function readFileStoreOptions(options: FileStoreOptions): string {
  check('options', options, object);
  expectKnown('', options, ['path', 'appName']);
  const { path, appName } = options;
  if ((path === undefined) === (appName === undefined)) {
    throw new InvalidOptionError(
      'path',
      'given, or `appName` in its place',
      path === undefined ? 'none' : 'both',
    );
  }
  if (appName !== undefined) {
    return join(envPaths(check('appName', appName, folderName), { suffix: '' }).data, 'session.json');
  }
  const file = resolve(check('path', path, filePath));
  if (ifPossible(() => statSync(file).isDirectory()) === true) {
    throw new InvalidOptionError('path', filePath.expected, `the folder ${show(file)}`);
  }
  return file;
}

/**
 * Loads `node:sqlite`. It is not imported, since Node 22.12 has it only behind a flag.
 *
 * @throws {Error} it is missing
 */
export function loadSqlite(): OpenDatabase {
  // Runtimes other than Node may lack the function or the module.
  const sqlite = ifPossible(() => process.getBuiltinModule('node:sqlite'));
  if (!sqlite)
    throw new Error(`\`fileStore\` needs \`node:sqlite\`: Node 22.13 or later, got ${process.version}`);
  return (path) => new sqlite.DatabaseSync(path);
}
