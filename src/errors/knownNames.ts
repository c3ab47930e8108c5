import { InvalidOptionError } from './errors.ts';
import { quote } from './received.ts';

/**
 * Refuses options that do not exist, because a misspelt one would have no effect. Class instances may have more members.
 *
 * @param prefix - the path of the group, as in `refresh.`
 * @throws {InvalidOptionError} it names the option, and the one with the most similar name
 */
export function expectKnown(prefix: string, options: object, known: readonly string[]): void {
  const prototype: unknown = Object.getPrototypeOf(options);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return;
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    if (value === undefined || known.includes(name)) continue;
    const nearest = prefix + nearestOf(name, known);
    throw new InvalidOptionError(prefix + name, `an option (did you mean \`${nearest}\`?)`, quote(value));
  }
}

/** The name that shares the most pairs of letters. */
function nearestOf(name: string, known: readonly string[]): string {
  const pairs = pairsOf(name);
  const likeness = (other: string) => {
    const others = pairsOf(other);
    return others.filter((pair) => pairs.includes(pair)).length / (pairs.length + others.length);
  };
  return known.reduce((best, other) => (likeness(other) > likeness(best) ? other : best));
}

function pairsOf(name: string): string[] {
  const letters = ` ${name.toLowerCase()} `;
  return Array.from(letters, (letter, index) => letter + letters.charAt(index + 1));
}
