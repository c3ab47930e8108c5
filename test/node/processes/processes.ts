import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryAccounts } from '../../../src/testing/index.ts';
import { startServer, type RunningServer } from '../../referenceServer/server.ts';
import { openSession } from './openSession.ts';
import type { Command, Report, Start } from './protocol.ts';

/** A process with a session. */
export interface Program {
  readonly child: ChildProcess;
  /** Asks the process to do something, and resolves to its report. Rejects if it exits before. */
  ask(command: Command): Promise<Report>;
  /** Resolves when the process has exited. */
  readonly exited: Promise<unknown>;
}

/** A strict server, a file, and the processes that share it. */
export interface World extends AsyncDisposable {
  readonly server: RunningServer;
  readonly path: string;
  start(options?: Partial<Start>, fork?: ForkOptions): Promise<Program>;
  /** The statuses of the responses to refreshes: 200 is a new generation, another one a reuse of a spent token. */
  refreshes(): number[];
}

export interface WorldOptions {
  readonly isSignedIn?: boolean;
  /** In seconds. */
  readonly accessTokenLifetime?: number;
}

/** Opens a world in which Ada is signed in. The server ends a session if a refresh token is used twice. */
export async function openWorld({
  isSignedIn = true,
  accessTokenLifetime = 3_600,
}: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'sessionchart-'));
  const path = join(folder, 'data', 'session.json');
  const server = await startServer({ accounts: memoryAccounts({ accessTokenLifetime }) });
  const programs: Program[] = [];
  if (isSignedIn) await signIn({ baseUrl: server.url, path });
  return {
    server,
    path,
    async start(options = {}, forkOptions = {}) {
      const program = await startProgram({ baseUrl: server.url, path, ...options }, forkOptions);
      programs.push(program);
      return program;
    },
    refreshes: () => server.requests.filter(({ kind }) => kind === 'refresh').map(({ status }) => status),
    async [Symbol.asyncDispose]() {
      for (const { child } of programs) child.kill('SIGKILL');
      await Promise.all(programs.map(({ exited }) => exited));
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function signIn(start: Start): Promise<void> {
  using session = openSession(start);
  await session.login({ username: 'ada', password: 'lovelace' });
}

const childPath = join(import.meta.dirname, 'child.ts');

async function startProgram(start: Start, options: ForkOptions): Promise<Program> {
  const child = fork(childPath, [JSON.stringify(start)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    ...options,
  });
  const exited = new Promise<unknown>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  const next = async (): Promise<unknown> => {
    const ended = exited.then((how) => Promise.reject(new Error(`The process has exited: ${String(how)}`)));
    return Promise.race([once(child, 'message').then(([message]: unknown[]) => message), ended]);
  };
  await next();
  return {
    child,
    exited,
    async ask(command) {
      const report = next();
      child.send(command);
      return (await report) as Report;
    },
  };
}
