import { basename, join } from 'node:path';
import { findProgram } from '../debian/packages.ts';

const root = join(import.meta.dirname, '..', '..');

/** The programs that the tests start. */
export const programs = ['redis-server', 'valkey-server'] as const;

export type Program = (typeof programs)[number];

/** The folder in which `install.ts` unpacks a server without root. */
export const unpackedAt = (program: Program): string => join(root, 'node_modules', '.cache', program);

/** The path of a server on this machine, or `null`: at `REDIS_SERVER`, on the `PATH`, or unpacked. */
export function findServer(program: Program): string | null {
  const given = process.env['REDIS_SERVER'] ?? '';
  if (given !== '') return isValkey(given) === isValkey(program) ? given : null;
  return findProgram([program], unpackedAt(program));
}

const isValkey = (path: string): boolean => basename(path).startsWith('valkey');

/** The programs that this machine lacks. */
export const missingPrograms = (): readonly Program[] =>
  programs.filter((program) => findServer(program) === null);
