import { guardConsole } from '../consoleGuard.ts';

guardConsole((...values) => values.map(show).join(' '));

/** As much as a console lets one unfold: messages, stacks and what JSON can hold. */
function show(value: unknown): string {
  if (value instanceof Error) return `${value.message} ${value.stack ?? ''} ${show(value.cause)}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return Object.values(value).map(String).join(' ');
  }
}
