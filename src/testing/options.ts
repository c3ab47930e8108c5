import type { TestUser, TokenLifetimes } from './accounts.ts';

/** Describes the value that was received, without contents that could be a password. */
export function received(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

export function checkLifetime(option: keyof TokenLifetimes, seconds: unknown): number {
  if (typeof seconds !== 'number') {
    throw new TypeError(`Expected \`${option}\` to be a number of seconds, got ${received(seconds)}`);
  }
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new RangeError(`Expected \`${option}\` to be finite and at least 0 seconds, got ${seconds}`);
  }
  return seconds;
}

export function checkNow(now: unknown): asserts now is () => number {
  if (typeof now !== 'function') {
    throw new TypeError(`Expected \`now\` to be a function that returns milliseconds, got ${received(now)}`);
  }
}

const userFields = ['id', 'username', 'email', 'password'] as const;

/** Returns a validated copy, which later changes to the caller's objects do not affect. */
export function checkUsers(users: readonly TestUser[]): readonly TestUser[] {
  if (!Array.isArray(users) || users.length === 0) {
    throw new TypeError(`Expected \`users\` to be an array of at least one user, got ${received(users)}`);
  }
  const taken = new Set<string>();
  return users.map((user: TestUser, index) => {
    for (const field of userFields) {
      const value: unknown = user[field];
      if (typeof value !== 'string' || value === '') {
        const got = field === 'password' ? typeof value : received(value);
        throw new TypeError(
          `Expected \`users[${index}].${field}\` to be a string that is not empty, got ${got}`,
        );
      }
    }
    for (const key of [`id ${user.id}`, `username ${user.username}`]) {
      if (taken.has(key)) throw new RangeError(`Expected \`users\` to be distinct, got ${key} twice`);
      taken.add(key);
    }
    return Object.freeze({
      id: user.id,
      username: user.username,
      email: user.email,
      password: user.password,
    });
  });
}
