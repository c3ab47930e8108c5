import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { retry } from '../../examples/recipes/tanstackQuery.ts';
import {
  isLoggedOutError,
  isRefreshUnavailableError,
  isSessionError,
  isSessionExpiredError,
} from '../../src/index.ts';
import { openWorld, rejection, type WorldOptions } from '../requests/world.ts';
import { clients } from './clients.ts';

// RTK Query logs what a base query throws.
beforeEach(() => {
  const log = vi.spyOn(console, 'error').mockReturnValue();
  return () => log.mockRestore();
});

/** A session that has expired at the server, which the application does not know yet. */
async function openExpired(options: WorldOptions = {}) {
  const world = await openWorld(options);
  world.server.expireAccessTokens();
  world.server.expireRefreshTokens();
  return world;
}

describe.each(Object.entries(clients))('An error of the session that came through %s', (_name, send) => {
  test('is recognised although the library has wrapped it', async () => {
    await using world = await openExpired();

    const error = await rejection(send(world.session, world.server.url));

    expect(isSessionExpiredError(error)).toBe(true);
    expect(isSessionError(error)).toBe(true);
    expect(isLoggedOutError(error)).toBe(false);
  });

  test('is not retried by the documented `retry` for TanStack Query', async () => {
    await using world = await openExpired();
    let calls = 0;
    const queryFn = () => {
      calls += 1;
      return send(world.session, world.server.url);
    };

    await rejection(new QueryClient().query({ queryKey: ['me'], queryFn, retry, retryDelay: 0 }));

    expect(calls).toBe(1);
  });

  test('is told apart from a connection that fails', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'));
    await using world = await openWorld({ isSignedIn: false, ky: { fetch, retry: 0 } });

    const error = await rejection(send(world.session, world.server.url));

    expect(isSessionError(error)).toBe(false);
  });

  test('is told apart from another error of the session', async () => {
    await using world = await openWorld({ refresh: { attempts: 1 } });
    world.server.expireAccessTokens();
    world.server.intercept('refresh', () => new Response(null, { status: 503 }));

    const error = await rejection(send(world.session, world.server.url));

    expect(isRefreshUnavailableError(error)).toBe(true);
    expect(isSessionExpiredError(error)).toBe(false);
  });
});
