/**
 * Whether a value is a promise, whichever `Promise` made it. `instanceof` would not tell: an async function returns the
 * platform's own promise, also where zone.js or Bluebird has replaced the global `Promise`, and a promise may come from
 * another realm.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What is there at once, or later. */
export type Awaitable<Value> = Value | PromiseLike<Value>;

/** Goes on with a value: at once where it is there, else when it is. */
export function after<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return isPromiseOf(value) ? value.then(next) : next(value);
}

function isPromiseOf<Value>(value: Awaitable<Value>): value is PromiseLike<Value> {
  return isThenable(value);
}
