import { redact } from '../errors/redact.ts';
import { isBrowser } from './isBrowser.ts';

/**
 * Reports an error of one of the application's functions to the platform. In a browser it uses `reportError`, which would
 * end the process in Deno and Bun, and is silent in Cloudflare Workers.
 */
export function report(error: unknown): void {
  if (isBrowser() && typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}

/** Calls a listener, and reports its errors. */
export function notify<Message>(listener: (message: Message) => void, message: Message): void {
  try {
    listener(message);
  } catch (error) {
    report(error);
  }
}

/** Reports an error of one of the application's functions, without parts that may quote a secret. */
export function reportReduced(thrown: unknown, where: string): void {
  report(redact(thrown, where));
}
