import { redact } from '../errors/redact.ts';
import { isBrowser } from './isBrowser.ts';

/**
 * Hands an error of one of the program's own functions to the platform, and goes on. `reportError` does so in a browser;
 * in Deno and Bun it ends the program, and in Cloudflare's workers it is silent.
 */
export function report(error: unknown): void {
  if (isBrowser() && typeof globalThis.reportError === 'function') globalThis.reportError(error);
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

/** Reports what one of the program's own functions threw, without what it may quote. */
export function reportReduced(thrown: unknown, where: string): void {
  report(redact(thrown, where));
}
