import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { countSignIns, probe, type ProbeOptions, type ProbeReport } from '../probe.ts';
import { reportText } from '../report/text.ts';
import { loadContract } from './loadContract.ts';
import { readArguments, type Arguments } from './readArguments.ts';
import { readCredentials } from './readCredentials.ts';
import { usage, UsageError } from './usage.ts';

/** The terminal, or what stands in for it. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The part of a stream that the command needs. */
interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
}

/** Runs the command, and returns its exit code. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  try {
    const given = readArguments(argv);
    if (given === null) {
      stdout.write(usage);
      return 0;
    }
    return await runProbe(given, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`sessionchart: ${error.message}.\nRun \`sessionchart --help\` for all options.\n`);
    return 2;
  }
}

async function runProbe(given: Arguments, terminal: Terminal): Promise<number> {
  const { stdout, stderr, environment, stdin } = terminal;
  const { contract, credentials: exported } = await loadContract(given.contract, given.exportName);
  const credentials = await readCredentials(given, { environment, stdin, exported });
  const options: ProbeOptions = {
    ...given,
    contract,
    credentials,
    network: {
      fetch: (input, init) => fetch(input, init),
      now: Date.now,
      wait: (milliseconds) => setTimeout(milliseconds),
      origin: given.origin,
    },
    announce: announcer(stderr),
  };
  (given.json ? stderr : stdout).write(`${plan(given, options)}\n`);
  const report = await probe(options);
  clearLine(stderr);
  stdout.write(given.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, textOptions(stdout)));
  return exitCodeOf(report);
}

function plan({ user, baseUrl }: Arguments, options: ProbeOptions): string {
  const most = countSignIns(options);
  const wrong = options.wrongPassword ? ', and once with a wrong password' : '';
  return `Probing ${baseUrl}\nSigns in${user === null ? '' : ` as ${user}`} at most ${most} times${wrong}.`;
}

export function exitCodeOf({ problems, stopped }: ProbeReport): number {
  if (problems.some(({ level }) => level === 'error')) return 1;
  return stopped === null ? 0 : 2;
}

const widest = 80;

const textOptions = (stdout: Output) => ({
  hasColors: stdout.isTTY === true && stdout.hasColors?.() === true,
  width: Math.min(stdout.columns ?? widest, widest),
});

/** Shows the current step in one line of a terminal. */
function announcer(stderr: Output): (step: string) => void {
  return (step) => {
    if (stderr.isTTY === true) stderr.write(`\r\u001b[K${step} …`);
  };
}

function clearLine(stderr: Output): void {
  if (stderr.isTTY === true) stderr.write('\r\u001b[K');
}
