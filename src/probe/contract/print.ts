import { wrap } from '../report/wrap.ts';
import type { Remarks } from './remarks.ts';

/** A value in the text of a contract: code, or a group of named values. */
export type Printed = string | { readonly [name: string]: Printed | undefined };

/** The most columns of a line. */
const width = 78;

/** Writes nested values as an object literal, on one line if it is short. */
export function print(value: Printed, indent = 0, remarks: Remarks = {}): string {
  if (typeof value === 'string') return value;
  const entries = Object.entries(value).filter((entry): entry is [string, Printed] => isGiven(entry[1]));
  const space = ' '.repeat(indent + 2);
  const parts = entries.map(
    ([name, member]) => `${printRemarks(remarks[name], space)}${key(name)}: ${print(member, indent + 2)}`,
  );
  const flat = `{ ${parts.join(', ')} }`;
  if (indent > 0 && !flat.includes('\n') && flat.length + indent <= width - 20) return flat;
  return `{\n${parts.map((part) => `${space}${part},\n`).join('')}${' '.repeat(indent)}}`;
}

/** Comments, each on lines of their own. */
export const printRemarks = (remarks: readonly string[] = [], space = ''): string =>
  remarks
    .flatMap((remark) => wrap(remark, width - space.length - 3))
    .map((line) => `// ${line}\n${space}`)
    .join('');

/** Empty groups are left out. */
export function isGiven(value: Printed | undefined): value is Printed {
  return value !== undefined && (typeof value === 'string' || Object.values(value).some(isGiven));
}

/** A name as the key of an object. */
export const key = (name: string): string => (/^(?:[A-Za-z_$][\w$]*|\d+)$/.test(name) ? name : quoted(name));

export const quoted = (text: string): string =>
  text.includes("'") ? JSON.stringify(text) : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}'`;

/** The values of a record, each printed. */
export const printEach = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, quoted(value)]));
