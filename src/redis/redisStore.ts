import { atLeast, check, expectMembers, object, text, wholeNumber, type Kind } from '../errors/checks.ts';
import { expectKnown } from '../errors/knownNames.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { randomId } from '../platform/randomId.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import { createWatchers } from '../store/watchers.ts';
import { createAvailability } from './availability.ts';
import { commandsOf, redisClient, type RedisClient } from './client.ts';
import { keysOf } from './keys.ts';
import { createNews } from './news.ts';
import { createRecords } from './records.ts';
import { createRedisLock } from './redisLock.ts';

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /**
   * The start of the store's keys, and of the name of its channel (a non-empty string without `{` and `}`). Stores with the
   * same prefix share their sessions. Default is `'sessionchart:'`.
   */
  readonly prefix?: string;
  /**
   * How long Redis keeps a record after its last change, in milliseconds (a whole number of at least 1000). Every refresh is
   * a change. It should be at least as long as a refresh token can be left unused. Default is 2592000000 (30 days).
   */
  readonly timeToLive?: number;
  /**
   * How long the lock outlives a process that has died or is frozen, in milliseconds (a whole number of at least 500); the
   * process then has another 5 seconds to come back. A holder renews it three times in this time: it must be longer than
   * your process is ever busy without a pause. Default is 10000 (10 seconds).
   */
  readonly lease?: number;
  /**
   * How long a read, or a request for the lock, waits for Redis, in milliseconds (at least 1). Default is 2000 (2 seconds).
   */
  readonly timeout?: number;
  /** The clock for time limits. Default is the system's. */
  readonly clock?: Clock;
}

/** A store in Redis. Close it when its process ends. */
export interface RedisStore<User> extends SessionStore<User>, AsyncDisposable {
  /** Closes the connection for messages, which the store has opened. Your client stays open. */
  close(this: void): Promise<void>;
}

const prefixText: Kind<string> = {
  expected: 'a non-empty string without `{` and `}`',
  includes: (value): value is string => text.includes(value) && !/[{}]/.test(value),
};

/**
 * Keeps sessions in Redis 7 or Valkey, for any number of processes and machines. For each user's session, all of them
 * together make one refresh at a time. Give each user's session its own `name`.
 *
 * - A holder of the lock that was frozen for longer than its lease can store no tokens and end no session, once the lock
 *   was granted to another process. Redis checks this in the same step as the write.
 * - If Redis does not respond, requests with a valid token are sent, and a refresh fails for now and is retried. No session
 *   ends. A change that could not be stored is stored when Redis responds again.
 * - Records are plain text. Anyone who can read Redis can read the tokens.
 *
 * @param client - a client or a cluster of `redis` (version 5 or later), `ioredis` or `iovalkey`. The store opens one
 * more connection with its `duplicate()`, for messages
 * @throws {InvalidOptionError} `client` is no such client, or an option is not valid
 *
 * @example
 * ```ts
 * import { createClient } from 'redis';
 * import { createSession } from 'sessionchart';
 * import { redisStore } from 'sessionchart/redis';
 *
 * const client = await createClient({ url: 'redis://localhost' }).connect();
 * const store = redisStore<{ name: string }>(client, { prefix: 'shop:' });
 *
 * export const sessionOf = (userId: string) =>
 *   createSession({ baseUrl, server, store, name: userId, refresh: { proactive: false } });
 * ```
 */
export function redisStore<User = never>(
  client: RedisClient,
  options: RedisStoreOptions = {},
): RedisStore<User> {
  const { prefix, timeToLive, leaseTime, timeout, clock } = readOptions(options);
  const commands = commandsOf(check('client', client, redisClient));
  const channel = `${prefix}news`;
  const missing: 'channel'[] = [];
  const availability = createAvailability({ clock, timeout });
  const news = createNews({
    commands,
    channel,
    origin: randomId(),
    onRefused: () => void missing.push('channel'),
  });
  const { watch, changed } = createWatchers(news.openChannel);
  const shared = { commands, availability, news, channel, keysOf: (key: string) => keysOf(prefix, key) };
  const records = createRecords<User>({ ...shared, timeToLive, changed });
  const { read, update, holderInUpdate, written } = records;
  const close = async (): Promise<void> => {
    news.close();
    return Promise.resolve();
  };
  return {
    requiresLock: true,
    missing,
    read,
    update,
    lock: createRedisLock({ ...shared, clock, leaseTime, holderInUpdate, written }),
    watch,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readClock(clock: Clock = systemClock): Clock {
  expectMembers('clock', clock, ['now', 'schedule']);
  return clock;
}

function readOptions(options: RedisStoreOptions) {
  check('options', options, object);
  expectKnown('', options, ['prefix', 'timeToLive', 'lease', 'timeout', 'clock']);
  return {
    prefix: check('prefix', options.prefix ?? 'sessionchart:', prefixText),
    timeToLive: check('timeToLive', options.timeToLive ?? 2_592_000_000, wholeNumber(1_000)),
    leaseTime: check('lease', options.lease ?? 10_000, wholeNumber(500)),
    timeout: check('timeout', options.timeout ?? 2_000, atLeast(1)),
    clock: readClock(options.clock),
  };
}
