import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis } from '../../scripts/redis/redisServer.ts';

export const hasRedis = findRedis() !== null;

/** A Redis server in a process of its own, which writes each change to its file. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same file. */
  restart(): Promise<void>;
  /** Stops the process without ending it, so that connections stay open and nothing responds. */
  freeze(): void;
  thaw(): void;
  /** Closes the connections of all clients. */
  cut(): Promise<void>;
}

export interface RedisOptions {
  /** Whether it is the only server of a cluster. */
  readonly isCluster?: boolean;
}

export async function startRedis({ isCluster = false }: RedisOptions = {}): Promise<RedisServer> {
  const program = findRedis();
  if (program === null) throw new Error('There is no Redis: set `REDIS_SERVER`');
  const folder = await mkdtemp(join(tmpdir(), 'sessionchart-redis-'));
  const port = await freePort();
  const options = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    // Each change is written before the response, and survives the end of the process, but not of the machine.
    appendfsync: 'no',
    ...(isCluster && {
      'cluster-enabled': 'yes',
      'cluster-port': await freePort(),
      // It knows its own address only from other servers.
      'cluster-announce-ip': '127.0.0.1',
    }),
  };
  let child: ChildProcess;

  async function start(): Promise<void> {
    const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    child = spawn(program ?? '', given, { stdio: 'ignore' });
    await untilOpen(port);
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  await start();
  if (isCluster) {
    await send(port, ['CLUSTER ADDSLOTSRANGE 0 16383']);
    await untilReply(port, 'CLUSTER INFO', 'cluster_state:ok');
  }
  return {
    port,
    kill,
    restart: start,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    cut: () => send(port, ['CLIENT KILL TYPE normal', 'CLIENT KILL TYPE pubsub']),
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sends commands on a connection of its own. */
async function send(port: number, commands: readonly string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    for (const command of commands) {
      socket.write(`${command}\r\n`);
      await once(socket, 'data');
    }
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port');
  return address.port;
}

/** While Redis loads its file, it accepts connections and refuses commands. */
const untilOpen = (port: number): Promise<void> => untilReply(port, 'PING', '+PONG');

async function untilReply(port: number, command: string, expected: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.write(`${command}\r\n`);
      const [reply] = (await once(socket, 'data')) as [Buffer];
      if (reply.toString().includes(expected)) return;
      if (performance.now() > deadline) throw new Error(`Redis does not respond with ${expected}`);
    } catch (error) {
      if (performance.now() > deadline) throw error;
    } finally {
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
