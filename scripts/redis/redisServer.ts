import { join } from 'node:path';
import { findProgram } from '../debian/packages.ts';

const root = join(import.meta.dirname, '..', '..');

/** The folder in which `install.ts` unpacks the server without root. */
export const unpackedRedis = join(root, 'node_modules', '.cache', 'redis');

/** The path of a server on this machine, or `null`: at `REDIS_SERVER`, on the `PATH`, or unpacked. */
export function findRedis(): string | null {
  const given = process.env['REDIS_SERVER'];
  if (given !== undefined && given !== '') return given;
  return findProgram(['redis-server', 'valkey-server'], unpackedRedis);
}
