/** Whether a value is an error, of any realm: test runners and frames have an `Error` of their own. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || tags.has(Object.prototype.toString.call(value));
  } catch {
    // A getter or a proxy of the value threw.
    return false;
  }
}

const tags: ReadonlySet<string> = new Set(['[object Error]', '[object DOMException]']);

/** Reads a property of a foreign object, whose getter may throw. */
export function readProperty(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return null;
  }
}

/** Whether an error is of one of the language's own classes, of any realm. */
export function isErrorOf<Kind extends Error>(error: unknown, kind: abstract new () => Kind): error is Kind {
  return error instanceof kind || (isError(error) && error.name === kind.name);
}
