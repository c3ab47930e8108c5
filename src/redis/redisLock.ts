import { createEnd, throwIfAborted, untilAborted, type EndSignal } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { randomId } from '../platform/randomId.ts';
import { createInProcessLock } from '../store/inProcessLock.ts';
import type { Lease, SessionStore } from '../store/sessionStore.ts';
import type { Availability } from './availability.ts';
import type { Commands } from './client.ts';
import type { Keys } from './keys.ts';
import type { News } from './news.ts';
import { acquireScript, releaseScript, renewScript } from './scripts.ts';

export interface RedisLockOptions {
  readonly commands: Pick<Commands, 'evaluate'>;
  readonly availability: Availability;
  readonly news: Pick<News, 'onTurn'>;
  readonly clock: Clock;
  readonly channel: string;
  /** How long Redis keeps the lock without a renewal, in milliseconds. */
  readonly leaseTime: number;
  readonly keysOf: (key: string) => Keys;
  /** While an update decides: the last holder of the lock of this key, or an empty string. Otherwise `null`. */
  readonly holderInUpdate: (key: string) => string | null;
  /** Resolves when no update of this key is still to be written. */
  readonly written: (key: string) => Promise<unknown>;
}

/**
 * How long after its lease a holder can come back that was cut off from Redis, in milliseconds. The clients pause for up to
 * 2.2 seconds before they connect again; the rest is for a process that is busy.
 */
const graceTime = 5_000;

/** The pause before a renewal is repeated that has failed, in milliseconds. */
const repeatInterval = 250;

/**
 * How often a request asks for the lock, how long it stays in the queue without asking, and how long the last holder is
 * remembered, in milliseconds. Messages wake a request earlier. No call to a server takes as long as the last one.
 */
const [askInterval, patience, memory] = [2_000, 5_000, 3_600_000];

/**
 * Creates the lock. Requests of one process take turns in the process, so that Redis sees one request for each process and
 * key; these are granted in the order of their arrival.
 */
export function createRedisLock(options: RedisLockOptions): SessionStore['lock'] {
  const inProcess = createInProcessLock();
  return (key, task, { signal, timeout }) =>
    inProcess(
      key,
      async () => {
        const keys = options.keysOf(key);
        const id = randomId();
        try {
          const askedAt = await acquire(options, keys, { id, signal });
          throwIfAborted(signal);
          const held = hold(options, { key, keys, id, askedAt });
          return await task(held.lease).finally(held.stop);
        } finally {
          void release(options, { key, keys, id });
        }
      },
      { signal, timeout },
    );
}

interface Request {
  readonly id: string;
  readonly signal: EndSignal;
}

/** Returns when the lock that was granted was asked for. */
async function acquire(options: RedisLockOptions, keys: Keys, { id, signal }: Request): Promise<number> {
  const { commands, availability, clock, leaseTime } = options;
  const ask = () =>
    commands.evaluate(
      acquireScript,
      [keys.lock, keys.holder, keys.grace, keys.queue, keys.waiting],
      [id, String(leaseTime), String(graceTime), String(patience), String(memory)],
    );
  for (;;) {
    throwIfAborted(signal);
    const askedAt = clock.now();
    const left = Number(await untilAborted(availability.runUnlessDown(ask), signal));
    if (left === 0) return askedAt;
    await turn(options, id, { delay: Math.min(left, askInterval), signal });
  }
}

/** Resolves when it is time to ask again. */
function turn(
  { news, clock }: RedisLockOptions,
  id: string,
  { delay, signal }: { readonly delay: number; readonly signal: EndSignal },
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      unsubscribe();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const unsubscribe = news.onTurn(id, end);
    const cancel = clock.schedule(end, delay, true);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

interface Grant {
  readonly key: string;
  readonly keys: Keys;
  readonly id: string;
  readonly askedAt: number;
}

/** Renews a lock until `stop` is called. */
function hold(
  { commands, availability, clock, leaseTime, holderInUpdate }: RedisLockOptions,
  { key, keys, id, askedAt }: Grant,
): { readonly lease: Lease; readonly stop: () => void } {
  let validUntil = askedAt + leaseTime;
  let isTaken = false;
  const stopped = createEnd();
  let cancel = (): void => undefined;

  async function renew(): Promise<void> {
    const at = clock.now();
    let delay = leaseTime / 3;
    const values = [id, String(leaseTime), String(memory)];
    try {
      const reply = await availability.run(() =>
        commands.evaluate(renewScript, [keys.lock, keys.holder], values),
      );
      if (Number(reply) === 0) isTaken = true;
      else validUntil = at + leaseTime;
    } catch {
      delay = repeatInterval;
    }
    if (!stopped.signal.aborted && !isTaken) schedule(delay);
  }

  function schedule(delay: number): void {
    cancel = clock.schedule(() => void renew(), delay);
  }

  schedule(leaseTime / 3);
  return {
    lease: {
      get isLost() {
        return isTaken || clock.now() >= validUntil;
      },
      get isSuperseded() {
        const holder = holderInUpdate(key);
        // Redis may have lost the holder in a restart: then no other request has asked for the lock since.
        if (holder !== null && holder !== '' && holder !== id) isTaken = true;
        return isTaken;
      },
      lateness: 0,
    },
    stop() {
      stopped.abort(() => new Error('The lock was released'));
      cancel();
    },
  };
}

/**
 * Releases the lock as soon as Redis responds, after the updates that could not be written before: the next holder must not
 * get the lock before the new tokens are stored.
 */
async function release(
  { commands, availability: { persist, run }, channel, written }: RedisLockOptions,
  { key, keys, id }: Omit<Grant, 'askedAt'>,
): Promise<void> {
  const ask = () =>
    commands.evaluate(releaseScript, [keys.lock, keys.holder, keys.queue, keys.waiting], [id, channel]);
  await written(key);
  try {
    await persist(() => run(ask), false);
  } catch {
    // The lock ends with its lease, and the grace period.
  }
}
