import { isError } from '../errors/errorKind.ts';
import { createEnd } from '../platform/abort.ts';
import type { Clock } from '../platform/clock.ts';
import { startTimeout } from '../platform/timeout.ts';

/** Limits how long a session waits for Redis. */
export interface Availability {
  /** Runs a command, and rejects if Redis does not respond in time. */
  run<Reply>(this: void, command: () => PromiseLike<Reply>): Promise<Reply>;
  /**
   * The same for a command for which a request waits. While Redis does not respond, one of these at a time tries to reach
   * it, and all others reject at once, so that requests do not wait one after another.
   */
  runUnlessDown<Reply>(this: void, command: () => PromiseLike<Reply>): Promise<Reply>;
  /**
   * Runs an operation again and again until it succeeds, for a limited time.
   *
   * @param isAwaited - whether the pauses may keep a Node process alive
   */
  persist<Result>(this: void, operation: () => Promise<Result>, isAwaited: boolean): Promise<Result>;
}

export interface AvailabilityOptions {
  readonly clock: Clock;
  /** Milliseconds that a command may take. */
  readonly timeout: number;
}

/** How many times `timeout` a command may take while Redis responds to others. */
const longestWait = 4;

/** The first and the longest pause between two attempts, and how long attempts are made, in milliseconds. */
const [shortestPause, longestPause, persistence] = [50, 250, 60_000];

export function createAvailability({ clock, timeout }: AvailabilityOptions): Availability {
  let isDown = false;
  let isTrying = false;
  /** When Redis last responded, in milliseconds since the epoch. */
  let repliedAt = -Infinity;

  function inTime<Reply>(command: () => PromiseLike<Reply>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      let cancel = (): void => undefined;
      const wait = (periods: number): void => {
        cancel = startTimeout(clock, { limit: timeout, isAwaited: true }, () => {
          // A process that sends a thousand commands at once is busy: Redis responds, but not to this command yet.
          const isAlive = clock.now() - repliedAt < timeout;
          if (isAlive && periods > 1) wait(periods - 1);
          else reject(new Error('Redis does not respond'));
        });
      };
      wait(longestWait);
      const succeed = (reply: Reply): void => {
        // A late response shows that Redis can be reached again.
        isDown = false;
        repliedAt = clock.now();
        resolve(reply);
      };
      void send(command)
        .then(succeed, reject)
        .finally(() => cancel());
    });
  }

  async function run<Reply>(command: () => PromiseLike<Reply>): Promise<Reply> {
    try {
      return await inTime(command);
    } catch (error) {
      isDown = !isReply(error);
      throw error;
    }
  }

  return {
    run,
    async runUnlessDown(command) {
      if (isDown && isTrying) throw new Error('Redis does not respond');
      const isTry = isDown;
      isTrying ||= isTry;
      try {
        return await run(command);
      } finally {
        if (isTry) isTrying = false;
      }
    },
    async persist(operation, isAwaited) {
      const end = createEnd();
      const cancel = startTimeout(clock, { limit: persistence }, () => {
        end.abort();
      });
      try {
        for (let delay = shortestPause; ; delay = Math.min(2 * delay, longestPause)) {
          try {
            return await operation();
          } catch (error) {
            if (isFinal(error) || end.signal.aborted) throw error;
          }
          await new Promise<void>((resolve) => clock.schedule(resolve, delay, isAwaited));
        }
      } finally {
        cancel();
      }
    },
  };
}

/** Whether Redis itself has responded with an error, whose message begins with a code such as `WRONGTYPE`. */
const isReply = (error: unknown): boolean => isError(error) && /^[A-Z]+ /.test(error.message);

/** Whether Redis would give the same response again. */
const isFinal = (error: unknown): boolean =>
  isError(error) && /^(?:ERR|NOPERM|WRONGTYPE) /.test(error.message);

/** A client may throw at once as well as reject. */
async function send<Reply>(command: () => PromiseLike<Reply>): Promise<Reply> {
  return command();
}
