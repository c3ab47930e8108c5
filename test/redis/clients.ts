import { Redis as Ioredis, Cluster as IoredisCluster } from 'ioredis';
import { Redis as Iovalkey, Cluster as IovalkeyCluster } from 'iovalkey';
import { createClient, createCluster } from 'redis';
import type { RedisClient } from '../../src/redis/index.ts';

/** A client that is connected, or connects by itself. */
export interface OpenClient {
  readonly client: RedisClient;
  /** Cuts its connection, and opens no other one. */
  close(): void;
}

/** Opens a client of each package, for one server and for a cluster. */
export const clients = {
  async redis(port) {
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    client.on('error', () => undefined);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  async ioredis(port) {
    const client = new Ioredis(port, '127.0.0.1');
    client.on('error', () => undefined);
    return { client, close: () => client.disconnect() };
  },
  async iovalkey(port) {
    const client = new Iovalkey(port, '127.0.0.1');
    client.on('error', () => undefined);
    return { client, close: () => client.disconnect() };
  },
} satisfies Record<string, (port: number) => Promise<OpenClient>>;

export const clusters = {
  async redis(port) {
    const client = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
    client.on('error', () => undefined);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  async ioredis(port) {
    const client = new IoredisCluster([{ host: '127.0.0.1', port }]);
    client.on('error', () => undefined);
    return { client, close: () => client.disconnect() };
  },
  async iovalkey(port) {
    const client = new IovalkeyCluster([{ host: '127.0.0.1', port }]);
    client.on('error', () => undefined);
    return { client, close: () => client.disconnect() };
  },
} satisfies Record<string, (port: number) => Promise<OpenClient>>;

/** A client that sends each script twice, as clients do whose connection is cut before the reply. */
export async function sendsTwice(port: number): Promise<OpenClient> {
  const client = new Ioredis(port, '127.0.0.1');
  const evaluate = client.eval.bind(client) as (...given: unknown[]) => Promise<unknown>;
  client.eval = async (...given: unknown[]) => {
    await evaluate(...given);
    return evaluate(...given);
  };
  return { client, close: () => client.disconnect() };
}

export type ClientName = keyof typeof clients;

export const clientNames = ['redis', 'ioredis', 'iovalkey'] as const satisfies readonly ClientName[];
