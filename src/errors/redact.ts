import { isError } from './errorKind.ts';
import { SessionError } from './errors.ts';

/** Errors that have been reduced: a function of the program may throw one of them again. */
const reduced = new WeakSet<object>();

/**
 * Reduces an error of a function that was given a secret, or of a contract, to its name and its stack. Its message,
 * causes and properties may quote a body, a header or a password. An error of this library is returned as it is.
 *
 * @param thrown - anything at all
 * @param where - the function that failed, as in `server.authorize`
 */
export function redact(thrown: unknown, where?: string): Error {
  if (thrown instanceof SessionError && (thrown.cause === undefined || isReduced(thrown.cause)))
    return thrown;
  const what = where === undefined ? 'The' : `\`${where}\` failed; the`;
  const error = new Error(`${what} message is withheld: it may hold a secret`);
  error.name = nameOf(thrown);
  error.stack = [`${error.name}: ${error.message}`, ...placesOf(thrown)].join('\n');
  reduced.add(error);
  return error;
}

function isReduced(error: unknown): boolean {
  return typeof error === 'object' && error !== null && reduced.has(error);
}

/** The stack frames of an error. V8 puts the message before them, and the message may look like a frame. */
function placesOf(thrown: unknown): string[] {
  const stack = textOf(thrown, 'stack');
  const message = textOf(thrown, 'message');
  const start = stack.indexOf(message);
  const quotesMessages = new Error('message').stack?.includes('message') === true;
  // The message was changed: where it ends in the stack is unknown.
  if (start === -1 && quotesMessages) return [];
  return stack
    .slice(start === -1 ? 0 : start + message.length)
    .split('\n')
    .filter(isPlace);
}

/** Matches `    at send (file.js:1:2)` of V8, and `send@file.js:1:2` of other engines. */
function isPlace(line: string): boolean {
  return (line.startsWith('    at ') || line.includes('@')) && /:\d+:\d+\)?$/.test(line);
}

/** A name can be set to anything: only one that reads like the name of a class is shown. */
export function nameOf(thrown: unknown): string {
  if (!isError(thrown)) return 'NonError';
  const name = textOf(thrown, 'name');
  return /^[A-Z][A-Za-z]{0,40}$/.test(name) && (name.endsWith('Error') || name.endsWith('Exception'))
    ? name
    : 'Error';
}

/** A getter may throw, and its error may contain the secret too. */
function textOf(thrown: unknown, field: 'name' | 'message' | 'stack'): string {
  try {
    const text: unknown = isError(thrown) ? thrown[field] : '';
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
