import { func, object, type Kind } from '../errors/checks.ts';
import { isError } from '../errors/errorKind.ts';
import { kindOf } from '../errors/received.ts';

/** What the store uses of a client or a cluster of the package `redis`, version 5 or later. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  get(key: string): PromiseLike<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): PromiseLike<unknown>;
  duplicate(): {
    connect(): PromiseLike<unknown>;
    subscribe(channel: string, listener: (message: string) => void): PromiseLike<unknown>;
    on(event: string, listener: () => void): unknown;
    destroy(): unknown;
  };
}

/** What the store uses of a client or a cluster of the packages `ioredis` (version 5 or later) and `iovalkey`. */
export interface IoredisClient {
  readonly status: string;
  get(key: string): PromiseLike<unknown>;
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): PromiseLike<unknown>;
  duplicate(): {
    subscribe(channel: string): PromiseLike<unknown>;
    on(event: string, listener: (channel: string, message: string) => void): unknown;
    disconnect(): unknown;
  };
}

/** A client of `redis`, `ioredis` or `iovalkey`: of one server or of a cluster. */
export type RedisClient = NodeRedisClient | IoredisClient;

export interface Subscriber {
  hear(this: void, message: string): void;
  /** Called when the subscription works, at first and after each interruption. Earlier messages may have been lost. */
  opened(this: void): void;
  /** Called when Redis does not allow the subscription. */
  refused(this: void): void;
}

/** The three commands that the store needs, the same for every client. */
export interface Commands {
  get(key: string): PromiseLike<unknown>;
  evaluate(script: string, keys: readonly string[], values: readonly string[]): PromiseLike<unknown>;
  /** Subscribes on a separate connection, and returns a function that closes it. */
  subscribe(channel: string, subscriber: Subscriber): () => void;
}

const methods = ['get', 'eval', 'duplicate'] as const;

const hasMethods = (value: unknown): value is object =>
  object.includes(value) && methods.every((name) => func.includes(Reflect.get(value, name)));

/** Only one of the two has this member. */
const isIoredis = (client: RedisClient): client is IoredisClient => 'status' in client;

export const redisClient: Kind<RedisClient> = {
  expected: 'a client or a cluster of `redis` (version 5 or later), `ioredis` or `iovalkey`',
  includes: (value): value is RedisClient =>
    hasMethods(value) &&
    (typeof Reflect.get(value, 'isReady') === 'boolean' || typeof Reflect.get(value, 'status') === 'string'),
  show: (value) => (typeof value === 'function' ? 'a function: create the client first' : kindOf(value)),
};

export function commandsOf(client: RedisClient): Commands {
  return isIoredis(client) ? commandsOfIoredis(client) : commandsOfNodeRedis(client);
}

function commandsOfNodeRedis(client: NodeRedisClient): Commands {
  return {
    get: (key) => client.get(key),
    evaluate: (script, keys, values) => client.eval(script, { keys: [...keys], arguments: [...values] }),
    subscribe(channel, { hear, opened, refused }) {
      const connection = client.duplicate();
      const open = async () => {
        await connection.connect();
        await connection.subscribe(channel, hear);
        opened();
        // After an interruption, the client subscribes again by itself.
        connection.on('ready', opened);
      };
      connection.on('error', ignore);
      open().catch((error: unknown) => {
        if (isForbidden(error)) refused();
      });
      return () => attempt(() => connection.destroy());
    },
  };
}

function commandsOfIoredis(client: IoredisClient): Commands {
  return {
    get: (key) => client.get(key),
    evaluate: (script, keys, values) => client.eval(script, keys.length, ...keys, ...values),
    subscribe(channel, { hear, opened, refused }) {
      const connection = client.duplicate();
      const open = () => {
        void connection.subscribe(channel).then(opened, (error: unknown) => {
          if (isForbidden(error)) refused();
        });
      };
      connection.on('error', ignore);
      connection.on('message', (from, message) => {
        if (from === channel) hear(message);
      });
      connection.on('ready', open);
      // With `lazyConnect`, the first command opens the connection.
      open();
      return () => attempt(() => connection.disconnect());
    },
  };
}

/** The client reconnects by itself. Without a listener, Node would end the process. */
const ignore = (): void => undefined;

/** Redis does not let this user subscribe (ACL). */
const isForbidden = (error: unknown): boolean => isError(error) && error.message.startsWith('NOPERM');

/** A connection that was never open throws if it is closed. */
function attempt(close: () => unknown): void {
  try {
    close();
  } catch {
    // It is closed.
  }
}
