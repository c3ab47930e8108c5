import { parseArgs } from 'node:util';
import { UsageError } from './usage.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly contract: string;
  readonly baseUrl: string;
  readonly exportName: string | null;
  readonly user: string | null;
  readonly userField: string;
  readonly passwordField: string;
  /** The environment variable with the password. */
  readonly passwordVariable: string;
  readonly isPasswordOnStdin: boolean;
  readonly resource: string | null;
  readonly forbidden: string | null;
  readonly origin: string | null;
  /** Milliseconds. */
  readonly maxWait: number;
  /** Milliseconds. */
  readonly waitExpiry: number;
  readonly wrongPassword: boolean;
  readonly json: boolean;
}

const options = {
  'base-url': { type: 'string' },
  export: { type: 'string' },
  user: { type: 'string' },
  'user-field': { type: 'string', default: 'username' },
  'password-field': { type: 'string', default: 'password' },
  'password-env': { type: 'string', default: 'SESSIONCHART_PASSWORD' },
  'password-stdin': { type: 'boolean', default: false },
  resource: { type: 'string' },
  forbidden: { type: 'string' },
  origin: { type: 'string' },
  'max-wait': { type: 'string', default: '5' },
  'wait-expiry': { type: 'string', default: '0' },
  'wrong-password': { type: 'boolean', default: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads the command line. Returns `null` if it asks for help.
 *
 * @throws {UsageError} an argument is missing or not valid
 */
export function readArguments(argv: readonly string[]): Arguments | null {
  const { values, positionals } = parse(argv);
  const [command, contract, ...more] = positionals;
  if (values.help || command === undefined || command === 'help') return null;
  if (command !== 'probe') throw new UsageError(`Expected the command \`probe\`, got \`${command}\``);
  if (contract === undefined)
    throw new UsageError('Expected the file of a contract after `probe`, got nothing');
  if (more.length > 0) throw new UsageError(`Expected one file after \`probe\`, got ${more.length + 1}`);
  return {
    contract,
    baseUrl: readUrl('--base-url', values['base-url']),
    exportName: values.export ?? null,
    user: values.user ?? null,
    userField: values['user-field'],
    passwordField: values['password-field'],
    passwordVariable: values['password-env'],
    isPasswordOnStdin: values['password-stdin'],
    resource: readPath('--resource', values.resource),
    forbidden: readPath('--forbidden', values.forbidden),
    origin: values.origin === undefined ? null : new URL(readUrl('--origin', values.origin)).origin,
    maxWait: readSeconds('--max-wait', values['max-wait'], 600),
    waitExpiry: readSeconds('--wait-expiry', values['wait-expiry'], 86_400),
    wrongPassword: values['wrong-password'],
    json: values.json,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readUrl(option: string, value: string | undefined): string {
  const expected = `Expected \`${option}\` to be an \`http:\` or \`https:\` URL without a user name`;
  if (value === undefined) throw new UsageError(`${expected}, got nothing`);
  if (!URL.canParse(value)) throw new UsageError(`${expected}, got \`${value}\``);
  const { protocol, username, password, href } = new URL(value);
  // A password in the command line is no longer secret, but the error need not repeat it.
  if (username !== '' || password !== '') throw new UsageError(`${expected}, got one with it`);
  if (!/^https?:$/.test(protocol)) throw new UsageError(`${expected}, got \`${protocol}\``);
  return href;
}

function readPath(option: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (/^https?:$/.test(URL.parse(value, 'https://host')?.protocol ?? '')) return value;
  throw new UsageError(
    `Expected \`${option}\` to be a path or an \`http:\` or \`https:\` URL, got \`${value}\``,
  );
}

function readSeconds(option: string, value: string, most: number): number {
  const seconds = Number(value);
  if (value.trim() === '' || !(seconds >= 0 && seconds <= most))
    throw new UsageError(
      `Expected \`${option}\` to be a number of seconds from 0 to ${most}, got \`${value}\``,
    );
  return seconds * 1000;
}
