/** The code of an error of the file system, such as `ENOENT`. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Runs an operation that is allowed to fail. Returns `null` if it does. */
export function ifPossible<Result>(operation: () => Result): Result | null {
  try {
    return operation();
  } catch {
    return null;
  }
}
