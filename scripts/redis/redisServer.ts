import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** The folder in which `install.ts` unpacks the server without root. */
export const unpackedRedis = join(root, 'node_modules', '.cache', 'redis');

const names = ['redis-server', 'valkey-server'];

/** The path of a server on this machine, or `null`: at `REDIS_SERVER`, on the `PATH`, or unpacked. */
export function findRedis(): string | null {
  const given = process.env['REDIS_SERVER'];
  if (given !== undefined && given !== '') return given;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), unpackedRedis];
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}
