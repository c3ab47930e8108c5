/**
 * Whether a value is a promise of any kind. `instanceof` does not work: an async function returns the platform's own
 * promise even if zone.js or Bluebird has replaced the global `Promise`, and a promise may come from another realm.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** A value, or a promise of it. */
export type Awaitable<Value> = Value | PromiseLike<Value>;

/** Calls `next` with a value: synchronously if it is available, otherwise when the promise resolves. */
export function after<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return isPromiseOf(value) ? value.then(next) : next(value);
}

/** Like {@link isThenable}, of a value that is known otherwise. */
export function isPromiseOf<Value>(value: Awaitable<Value>): value is PromiseLike<Value> {
  return isThenable(value);
}
