/** The keys of one session in Redis. */
export interface Keys {
  readonly record: string;
  /** The request that holds the lock. Redis removes it at the end of its lease. */
  readonly lock: string;
  /** The request to which the lock was granted last, until it releases the lock. It stays after the lease. */
  readonly holder: string;
  /** The holder that has had its grace period. */
  readonly grace: string;
  /** The requests that wait for the lock, in the order of their arrival. */
  readonly queue: string;
  /** Until when each of them counts as waiting. */
  readonly waiting: string;
}

/**
 * The braces are a hash tag: a cluster keeps all keys with the same tag in one slot (Redis cluster specification, hash
 * tags). Braces in a name would end the tag early, and a lone surrogate has no UTF-8.
 */
export function keysOf(prefix: string, key: string): Keys {
  const name = key.replaceAll(/[{}%\ud800-\udfff]/gu, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const record = `${prefix}{${name}}`;
  return {
    record,
    lock: `${record}:lock`,
    holder: `${record}:holder`,
    grace: `${record}:grace`,
    queue: `${record}:queue`,
    waiting: `${record}:waiting`,
  };
}
