/**
 * Makes sure that there are a Redis and a Valkey for the tests: unpacks Debian's packages below `node_modules/.cache`, which
 * needs no root, unless they are installed. If that is impossible, it prints a warning, and the tests that need them are skipped.
 */
import { unpackPackages } from '../debian/packages.ts';
import { missingPrograms, programs, unpackedAt, type Program } from './redisServer.ts';

function unpack(program: Program): void {
  try {
    unpackPackages(unpackedAt(program), { packages: [program], programs: { [program]: [] } });
  } catch (error) {
    console.warn(error instanceof Error ? error.message : error);
    console.warn(`No \`${program}\` was found: set \`REDIS_SERVER\` to one, or its tests are skipped`);
  }
}

/** Runs before the tests, which need one of the two. */
export default function install(): void {
  if (missingPrograms().length === programs.length) unpack('redis-server');
}

/** `npm run redis` */
if (import.meta.main) missingPrograms().forEach(unpack);
