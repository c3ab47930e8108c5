import { canary } from '../world/server.ts';

/** Whether a value shows a token or a password: in a property, in the message of an error, or in one of its causes. */
export function showsSecret(value: unknown): boolean {
  if (value instanceof Error) {
    const { message, stack = '', cause } = value;
    return `${message} ${stack}`.includes(canary) || showsSecret(Object.entries(value)) || showsSecret(cause);
  }
  return typeof value !== 'function' && value !== undefined && JSON.stringify(value).includes(canary);
}
