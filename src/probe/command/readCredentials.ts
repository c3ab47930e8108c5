import { text as readText } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import type { Arguments } from './readArguments.ts';
import { UsageError } from './usage.ts';

/** Where a password may come from. Not the command line, since other users of the machine can read that. */
export interface CredentialSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  /** The export `credentials` of the contract's module. */
  readonly exported: unknown;
}

/**
 * The credentials for `login` of the contract.
 *
 * @throws {UsageError} there is no password or no user
 */
export async function readCredentials(given: Arguments, sources: CredentialSources): Promise<object> {
  const { exported } = sources;
  if (exported !== undefined && typeof exported !== 'function') return checkObject(exported);
  const { user, passwordVariable } = given;
  const password = await readPassword(given, sources);
  if (typeof exported === 'function')
    return checkObject(await Reflect.apply(exported, undefined, [{ user, password }]));
  if (user === null) throw new UsageError('Expected `--user`, or an export `credentials` of the contract');
  if (password === null)
    throw new UsageError(
      `Expected the password in the environment variable \`${passwordVariable}\`, or on standard input with \`--password-stdin\``,
    );
  return { [given.userField]: user, [given.passwordField]: password };
}

async function readPassword(
  { isPasswordOnStdin, passwordVariable }: Arguments,
  { environment, stdin }: CredentialSources,
): Promise<string | null> {
  if (!isPasswordOnStdin) return environment[passwordVariable] ?? null;
  const [line = ''] = (await readText(stdin)).split(/\r?\n/, 1);
  return line === '' ? null : line;
}

function checkObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new UsageError('Expected the export `credentials` to be an object, or a function that returns one');
}
