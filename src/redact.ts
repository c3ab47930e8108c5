import { SessionError } from './errors.ts';

/**
 * What may be shown of an error that came out of a contract. Its message may quote a body, a header or a
 * password, and a ky `HTTPError` holds all three; its name and the places that it passed through cannot. An
 * error of this library is safe as it stands.
 */
export function redact(error: unknown): Error {
  if (error instanceof SessionError) return error;
  const redacted = new Error('The message is withheld: it may hold a secret');
  redacted.name = nameOf(error);
  redacted.stack = [`${redacted.name}: ${redacted.message}`, ...placesOf(error)].join('\n');
  return redacted;
}

/** The lines of a stack that name a place in the code; the lines before them are the message. */
function placesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const message = error instanceof Error ? error.message : '';
  return stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^\s+at \S|@.*:\d+:\d+$/.test(line));
}

/** The error of a function that was given a secret: as it is, unless it quotes that. */
export function withoutSecret(error: unknown, secret: string): unknown {
  const shown =
    error instanceof Error ? `${error.name} ${error.message} ${error.stack ?? ''}` : String(error);
  return shown.includes(secret) ? redact(error) : error;
}

/** A name can be set to anything; what reads like the name of a class is let through. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'NonError';
  return /^[A-Z][A-Za-z]{0,40}(?:Error|Exception)$/.test(error.name) ? error.name : 'Error';
}
