/**
 * Whether a value is a promise, whichever `Promise` made it. `instanceof` would not tell: an async function returns the
 * platform's own promise, also where zone.js or Bluebird has replaced the global `Promise`, and a promise may come from
 * another realm.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
