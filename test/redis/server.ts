import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, programs } from '../../scripts/redis/redisServer.ts';

/** The programs of a Redis and of a Valkey, and their paths on this machine. */
export const servers = programs.map((name) => ({ name, path: findServer(name) }));

const anyPath = servers.find(({ path }) => path !== null)?.path ?? null;

export const hasRedis = anyPath !== null;

/** A Redis server in a process of its own, which writes each change to its file. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** Where the servers of a cluster talk to each other. */
  readonly busPort: number;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same file. */
  restart(): Promise<void>;
  /** Stops the process without ending it, so that connections stay open and nothing responds. */
  freeze(): void;
  thaw(): void;
  /** Closes the connections of all clients. */
  cut(): Promise<void>;
  /** Sends a command on a new connection until the reply contains a text. Returns the reply. */
  untilReply(command: string, expected: string): Promise<string>;
}

export interface RedisOptions {
  /** The path of its program. Default is the first that was found. */
  readonly program?: string | null;
  /** Whether it can be a server of a cluster. */
  readonly isInCluster?: boolean;
}

export async function startRedis({
  program = anyPath,
  isInCluster = false,
}: RedisOptions = {}): Promise<RedisServer> {
  if (program === null) throw new Error('There is no Redis: set `REDIS_SERVER`');
  const path = program;
  const folder = await mkdtemp(join(tmpdir(), 'sessionchart-redis-'));
  const [port, busPort] = [await freePort(), await freePort()];
  const options = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    // Each change is written before the response, and survives the end of the process, but not of the machine.
    appendfsync: 'no',
    ...(isInCluster && {
      'cluster-enabled': 'yes',
      'cluster-port': busPort,
      'cluster-node-timeout': 1_000,
      'repl-diskless-sync-delay': 0,
      // It knows its own address only from other servers.
      'cluster-announce-ip': '127.0.0.1',
    }),
  };
  let child: ChildProcess;

  async function start(): Promise<void> {
    const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    child = spawn(path, given, { stdio: ['ignore', 'ignore', 'inherit'] });
    await untilOpen(port);
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  await start();
  return {
    port,
    busPort,
    kill,
    restart: start,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async cut() {
      for (const type of ['normal', 'pubsub']) await untilReply(port, `CLIENT KILL TYPE ${type}`, ':');
    },
    untilReply: (command, expected) => untilReply(port, command, expected),
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Below the ports that the system gives to connections. */
let nextPort = 10_000 + Math.floor(Math.random() * 20_000);

async function freePort(): Promise<number> {
  for (;;) {
    const port = (nextPort += 1);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}

/** While Redis loads its file, it accepts connections and refuses commands. */
const untilOpen = (port: number): Promise<string> => untilReply(port, 'PING', '+PONG');

async function untilReply(port: number, command: string, expected: string): Promise<string> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.write(`${command}\r\n`);
      const [data] = (await once(socket, 'data')) as [Buffer];
      const reply = data.toString();
      if (reply.includes(expected)) return reply;
      if (performance.now() > deadline) throw new Error(`${command}: ${reply} in place of ${expected}`);
    } catch (error) {
      if (performance.now() > deadline) throw error;
    } finally {
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
