import type { SessionStore } from '../../src/index.ts';
import { redisStore } from '../../src/redis/index.ts';
import { createBorder } from '../store/gate.ts';
import type { Person } from '../store/records.ts';
import type { Place } from '../store/storeContract.ts';
import type { OpenClient } from './clients.ts';

let count = 0;

/** Creates places in one Redis, each with its own prefix, whose stores use the clients in turn. `wrap` wraps each store. */
export function createPlaces(
  clients: readonly OpenClient[],
  wrap = (store: SessionStore<Person>): SessionStore<Person> => store,
) {
  const stack = new AsyncDisposableStack();
  return {
    createPlace(): Place {
      const border = createBorder();
      const prefix = `place-${(count += 1)}:`;
      let opened = 0;
      return {
        ...border,
        open() {
          const next = clients[(opened += 1) % clients.length];
          if (next === undefined) throw new Error('There is no client');
          return border.before(wrap(stack.use(redisStore<Person>(next.client, { prefix }))));
        },
      };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
