import { guardConsole } from '../consoleGuard.ts';

guardConsole((...values) => values.map(show).join(' '));

/** Everything that a console can show of a value: messages, stacks and JSON. */
function show(value: unknown): string {
  if (value instanceof Error) return `${value.message} ${value.stack ?? ''} ${show(value.cause)}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return Object.values(value).map(String).join(' ');
  }
}
