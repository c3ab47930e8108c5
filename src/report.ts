/**
 * Hands an error of one of the program's own functions to the platform, and goes on. `reportError` does so in a browser.
 * In Deno and Bun it ends the program, so an error is written to the console wherever an uncaught one ends a process.
 */
export function report(error: unknown): void {
  const endsProcess = 'process' in globalThis && !('document' in globalThis);
  if (typeof globalThis.reportError === 'function' && !endsProcess) globalThis.reportError(error);
  else console.error(error);
}

/** Calls a listener; what it throws is reported. */
export function notify<Message>(listener: (message: Message) => void, message: Message): void {
  try {
    listener(message);
  } catch (error) {
    report(error);
  }
}
