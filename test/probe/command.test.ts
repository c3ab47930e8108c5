import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run as runCommand } from '../../src/probe/command/run.ts';
import { root } from '../docs/snippets.ts';
import { cheapArgon2Cost } from '../referenceServer/authorities.ts';
import { startServer } from '../referenceServer/server.ts';

const bin = join(root, 'src/probe/bin.ts');
const rotating = join(root, 'test/referenceServer/contracts/rotating.ts');

interface Run {
  readonly environment?: Record<string, string>;
  readonly stdin?: string;
}

/** Runs the command as a process. */
async function run(argv: readonly string[], { environment = {}, stdin = '' }: Run = {}) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [bin, ...argv], {
    env: { PATH, NODE_COMPILE_CACHE, ...environment },
  });
  child.stdin.end(stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, stdout, stderr };
}

/** Runs the command in this process. */
async function runHere(argv: readonly string[]) {
  const output = { stdout: '', stderr: '' };
  const writer = (name: keyof typeof output) => ({ write: (part: string) => (output[name] += part) });
  const stdin = Readable.from([]);
  const terminal = { environment: {}, stdin, stdout: writer('stdout'), stderr: writer('stderr') };
  return { code: await runCommand(argv, terminal), ...output };
}

async function open() {
  const server = await startServer({ argon2Cost: cheapArgon2Cost });
  onTestFinished(() => server.close());
  const options = ['--base-url', server.url, '--user', 'ada', '--resource', 'api/me'];
  return { server, options };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-'));
});

async function writeModule(name: string, code: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, code);
  return file;
}

const password = { SESSIONCHART_PASSWORD: 'lovelace' };

describe('the command `sessionchart probe`', () => {
  test('prints a report of at most 80 columns without escape codes, and exits with 0', async () => {
    const { options } = await open();
    const { code, stdout, stderr } = await run(['probe', rotating, ...options], { environment: password });

    expect({ code, stderr: stderr.replaceAll(/^.*ExperimentalWarning.*\n.*\n/gm, '') }).toEqual({
      code: 0,
      stderr: '',
    });
    expect(stdout).toContain('Signs in as ada at most 3 times, and once with a wrong password.');
    expect(stdout).toContain('The contract fits the server');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b');
  });

  test('prints JSON alone on standard output', async () => {
    const { options } = await open();
    const { stdout } = await run(['probe', rotating, ...options, '--json'], { environment: password });
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({ stopped: null, problems: [{ level: 'warning' }, { level: 'warning' }] });
  });

  test.each([
    ['standard input', ['--password-stdin'], { stdin: 'lovelace\n' }],
    ['another variable', ['--password-env', 'ADA'], { environment: { ADA: 'lovelace' } }],
  ])('reads the password from %s', async (_, more, sources) => {
    const { options } = await open();
    expect(await run(['probe', rotating, ...options, ...more], sources)).toMatchObject({ code: 0 });
  });

  test('takes the credentials from the module of the contract', async () => {
    const { server } = await open();
    const file = await writeModule(
      'withCredentials.ts',
      `export { rotating as contract } from ${JSON.stringify(rotating)};
       export const credentials = ({ password }: { password: string }) => ({ username: 'ada', password });`,
    );
    const given = ['probe', file, '--base-url', server.url];
    expect(await run(given, { environment: password })).toMatchObject({ code: 0 });
    expect(server.counts().login).toBeGreaterThan(1);
  });

  test('takes a contract that is an instance of a class with fields of its own', async () => {
    const { options } = await open();
    const file = await writeModule(
      'instance.ts',
      `import { rotating } from ${JSON.stringify(rotating)};
       class Contract {
         name = 'shop';
         endpoints = rotating.endpoints;
         login(call: never) { return rotating.login(call); }
         refresh(call: never) { return rotating.refresh(call); }
       }
       export const contract = new Contract();`,
    );
    const { code, stderr } = await run(['probe', file, ...options], { environment: password });
    expect(stderr).not.toContain('got none');
    expect(code).toBe(0);
  });

  test('stops with 2 if the password is wrong, after one attempt', async () => {
    const { server, options } = await open();
    const given = ['probe', rotating, ...options];
    const { code, stdout } = await run(given, { environment: { SESSIONCHART_PASSWORD: 'secret-byron' } });
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'The server refused the sign-in: 401 "Wrong username or password"',
    );
    expect(stdout).not.toContain('byron');
    expect(server.counts().login).toBe(1);
  });

  test.each([
    ['http://127.0.0.1:9', 'bad port'],
    ['http://127.0.0.1:2', 'ECONNREFUSED'],
  ])('stops with 2 if no server responds at %s, and says why: %s', async (baseUrl, reason) => {
    const given = ['probe', rotating, '--base-url', baseUrl, '--user', 'ada'];
    const { code, stdout } = await run(given, { environment: password });
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `The probe stopped: POST ${baseUrl}/auth/login got no response (${reason}): check that \`--base-url\` leads`,
    );
  });

  test.each([
    [['probe'], 'Expected the file of a contract after `probe`, got nothing'],
    [['prove', 'x.ts'], 'Expected the command `probe`, got `prove`'],
    [['probe', 'nothing.ts', '--base-url', 'http://a.test'], '`nothing.ts` does not exist'],
    [['probe', rotating], '`--base-url` to be an `http:` or `https:` URL without a user name, got nothing'],
    [
      ['probe', rotating, '--base-url', 'http://ada:byron@a.test'],
      'URL without a user name, got one with it',
    ],
    [['probe', rotating, '--base-url', 'http://a.test', '--user', 'ada'], '`SESSIONCHART_PASSWORD`'],
    [
      ['probe', rotating, '--base-url', 'http://a.test', '--max-wait', 'long'],
      'seconds from 0 to 600, got `long`',
    ],
    [['probe', rotating, '--base-url', 'http://a.test', '--export', 'other'], 'Contracts there: `rotating`'],
    [['probe', rotating, '--base-url', 'http://a.test', '--password', 'x'], "Unknown option '--password'"],
    [
      ['probe', rotating, '--base-url', 'http://a.test', '--user', 'ada', '--resource', 'http://['],
      'Expected `--resource` to be a path or an `http:` or `https:` URL, got `http://[`',
    ],
  ])('%j exits with 2 and says what is expected', async (argv, message) => {
    const { code, stdout, stderr } = await runHere(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('byron');
  });

  test.each([
    ['enum.ts', 'export enum Kind { A }', 'cannot strip the types'],
    ['alias.ts', "import 'no-such-package'; export default {};", 'imports something that Node does not find'],
    ['none.ts', 'export const port = 1;', 'to export one contract (an object with `login`), got none'],
    ['throws.ts', "throw new Error('no configuration');", 'cannot be loaded: no configuration'],
  ])('says why it cannot load %s', async (name, code, message) => {
    const file = await writeModule(name, code);
    const { code: exit, stderr } = await run(['probe', file, '--base-url', 'http://a.test', '--user', 'ada']);
    expect(exit).toBe(2);
    expect(stderr).toContain(message);
  });

  test('prints its options, each on lines of at most 80 columns', async () => {
    const { code, stdout } = await runHere(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--wait-expiry');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
