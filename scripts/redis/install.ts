/**
 * Makes sure that there is a Redis for the tests: unpacks Debian's package below `node_modules/.cache`, which needs no root,
 * unless a server is installed. If that is impossible, it prints a warning, and the tests that need Redis are skipped.
 */
import { unpackPackages } from '../debian/packages.ts';
import { findRedis, unpackedRedis } from './redisServer.ts';

/** Runs before the tests, and as `npm run redis`. */
export default function install(): void {
  if (findRedis() !== null) return;
  try {
    unpackPackages(unpackedRedis, { packages: ['redis-server'], programs: { 'redis-server': [] } });
  } catch (error) {
    console.warn(error instanceof Error ? error.message : error);
    console.warn('No Redis was found: set `REDIS_SERVER` to a `redis-server`, or its tests are skipped');
  }
}

if (import.meta.main) install();
