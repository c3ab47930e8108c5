import type { Accounts } from '../../src/testing/accounts.ts';
import { memoryAccounts, type MemoryAccountsOptions } from '../../src/testing/memoryAccounts.ts';
import { sqliteAccounts } from './sqliteAccounts.ts';
import type { Argon2Cost } from './users.ts';

/** Too cheap to protect a real password: a hash takes less than a millisecond. */
export const cheapArgon2Cost: Argon2Cost = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** A clock that a test advances. */
export function createClock(): { now: () => number; advance(seconds: number): void } {
  let time = Date.UTC(2030, 0, 1);
  return {
    now: () => time,
    advance(seconds) {
      time += seconds * 1000;
    },
  };
}

/** A promise and the function that resolves it. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

export interface Authority {
  readonly accounts: Accounts;
  [Symbol.asyncDispose](): Promise<void>;
}

export type OpenAuthority = (options?: MemoryAccountsOptions) => Promise<Authority>;

/** Both kinds of accounts, so that one suite can run against each. */
export const authorities: readonly { readonly name: string; readonly open: OpenAuthority }[] = [
  {
    name: 'memoryAccounts',
    open: async (options) => ({
      accounts: memoryAccounts(options),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  },
  {
    name: 'sqliteAccounts',
    async open(options) {
      const accounts = await sqliteAccounts({
        argon2Cost: cheapArgon2Cost,
        ...options,
        database: ':memory:',
      });
      return {
        accounts,
        async [Symbol.asyncDispose]() {
          accounts.close();
        },
      };
    },
  },
];
