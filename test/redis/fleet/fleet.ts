import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { redisStore } from '../../../src/redis/index.ts';
import { memoryAccounts, type Accounts, type TestUser } from '../../../src/testing/index.ts';
import { startServer, type RunningServer } from '../../referenceServer/server.ts';
import { clients } from '../clients.ts';
import { startRedis, type RedisServer } from '../server.ts';
import { openSession, type User } from './openSession.ts';
import type { Command, Report, Start } from './protocol.ts';

/** A process with a session for each user. */
export interface Instance {
  readonly child: ChildProcess;
  /** Asks the process to do something, and resolves to its report. Rejects if it exits before. */
  ask(command: Command): Promise<Report>;
}

/** A strict server, a Redis, and the processes that share it. Every user is signed in. */
export interface Fleet extends AsyncDisposable {
  readonly server: RunningServer;
  readonly redis: RedisServer;
  readonly instances: readonly Instance[];
  /** The statuses of the responses to refreshes: 200 is a new generation, another one a reuse of a spent token. */
  refreshes(): number[];
  /** Asks all processes at once. */
  ask(command: Command): Promise<Report[]>;
}

export interface FleetOptions extends Omit<Partial<Start>, 'baseUrl' | 'port' | 'users'> {
  readonly users?: number;
  /** One set of options for each process. Default is two processes. */
  readonly instances?: readonly Partial<Start>[];
  /** Whether the server replaces refresh tokens. Default is `true`. */
  readonly rotates?: boolean;
}

/** The server ends a session if a refresh token is used twice. */
export async function openFleet({
  users: count = 1,
  instances: differences = [{}, {}],
  rotates = true,
  ...given
}: FleetOptions = {}): Promise<Fleet> {
  await using stack = new AsyncDisposableStack();
  const users = Array.from({ length: count }, (_, index): TestUser => {
    const username = `user-${index}`;
    return { id: String(index), username, email: `${username}@example.com`, password: 'secret' };
  });
  const redis = stack.use(await startRedis());
  const accounts = memoryAccounts({ users, accessTokenLifetime: 3_600 });
  const redeemRefreshToken: Accounts['redeemRefreshToken'] = (token) =>
    accounts.redeemRefreshToken(token, { rotate: rotates });
  const server = stack.use(await startServer({ accounts: { ...accounts, redeemRefreshToken } }));
  const start: Start = {
    baseUrl: server.url,
    port: redis.port,
    client: 'redis',
    users: users.map(({ username }) => username),
    ...given,
  };
  await signIn(start);
  const instances = await Promise.all(
    differences.map(async (different) =>
      stack.adopt(await startInstance({ ...start, ...different }), (instance) => end(instance)),
    ),
  );
  const kept = stack.move();
  return {
    server,
    redis,
    instances,
    refreshes: () => server.requests.filter(({ kind }) => kind === 'refresh').map(({ status }) => status),
    ask: (command) => Promise.all(instances.map((instance) => instance.ask(command))),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Signs in every user. */
async function signIn(start: Start): Promise<void> {
  using stack = new DisposableStack();
  const { client } = stack.adopt(await clients[start.client](start.port), (opened) => opened.close());
  const store = redisStore<User>(client);
  await Promise.all(
    start.users.map((username) =>
      stack.use(openSession(start, store, username)).login({ username, password: 'secret' }),
    ),
  );
}

async function end({ child }: Instance): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function startInstance(start: Start): Promise<Instance> {
  const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(start)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) => {
    throw new Error(`The process has exited: ${String(signal ?? code)}`);
  });
  exited.catch(() => undefined);
  const next = () => Promise.race([once(child, 'message').then(([message]: unknown[]) => message), exited]);
  await next();
  return {
    child,
    async ask(command) {
      const report = next();
      child.send(command);
      return (await report) as Report;
    },
  };
}
