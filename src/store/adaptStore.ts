import { after, isThenable, type Awaitable } from '../platform/thenable.ts';
import { withinTime } from '../platform/withinTime.ts';
import type { Environment } from './environment.ts';
import { inProcessChannel } from './inProcessChannel.ts';
import { createQueue } from './queue.ts';
import { createMarkLock } from './markLock.ts';
import { createSharedLock } from './sharedLock.ts';
import type { Decide, SessionStore } from './sessionStore.ts';
import type { StoredRecord, TokenStore } from './tokenStore.ts';

export interface AdaptOptions {
  readonly environment: Environment;
  readonly isShared: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Brings a store of the old shape, and the lock of the environment, into the new one. */
export function adaptStore<User>(
  store: TokenStore<User>,
  { environment, isShared, timeout }: AdaptOptions,
): SessionStore<User> {
  const { clock, random, lock: platform } = environment;
  const missing: ('lock' | 'channel')[] = [];

  const inOrder = createQueue({ clock, limit: timeout });

  function readAndWrite(key: string, decide: Decide<User>): Awaitable<StoredRecord<User> | null> {
    const write = (found: StoredRecord<User> | null): Awaitable<StoredRecord<User> | null> => {
      const next = decide(found);
      return next === undefined ? found : after(store.write(key, next), () => next);
    };
    const at = clock.now();
    return after(store.read(key), (found) =>
      // What was read before a sleep says nothing of the store of now.
      clock.now() - at < timeout ? write(found) : after(store.read(key), write),
    );
  }

  function update(key: string, decide: Decide<User>): Awaitable<StoredRecord<User> | null> {
    let isRead = false;
    const noting: Decide<User> = (found) => {
      isRead = true;
      return decide(found);
    };
    function overwrite(error: unknown): Awaitable<StoredRecord<User> | null> {
      const next = isRead ? undefined : decide(undefined);
      if (next === undefined) throw error;
      return after(store.write(key, next), () => next);
    }
    try {
      const result = store.update?.(key, noting) ?? inOrder(() => readAndWrite(key, noting));
      return isThenable(result) ? result.then((found) => found, overwrite) : result;
    } catch (error) {
      return overwrite(error);
    }
  }

  const read = (key: string) => store.read(key);
  const nameOf = (key: string) => `sessionchart:${store.scope}:${key}`;
  const marks = createMarkLock<User>({ store: { read, update }, clock, random });
  const lacksLock = isShared && platform.isLocal === true;
  if (lacksLock) missing.push('lock');
  if (isShared && environment.openChannel === inProcessChannel) missing.push('channel');
  const shared = createSharedLock<User>({
    platform,
    marks,
    clock,
    nameOf,
    lateness: isShared ? 300 : 0,
    catchUp: (key) => withinTime({ clock, limit: timeout }, () => store.catchUp?.(key), undefined),
    onRefused: () => void missing.push('lock'),
  });
  return {
    isPrivate: !isShared,
    missing,
    read,
    update,
    async lock(key, task, options) {
      if (!isShared) {
        const run = () => task({ isLost: false, lateness: 0 });
        // Two stores of one program may wrap one storage: only the session in it says so.
        const found = await withinTime({ clock, limit: timeout }, () => read(key), null);
        return platform.request(`sessionchart:session:${found?.sessionId ?? ''}`, options.signal, run);
      }
      if (!lacksLock) return shared(key, task, options);
      return platform.request(nameOf(key), options.signal, () => marks.lock(key, task, options));
    },
    watch: (key, listener) => store.subscribe?.(key, listener) ?? (() => undefined),
  };
}
