import { QueryObserver } from '@tanstack/react-query';
import { memoryStore } from 'sessionchart';
import { createTestSession } from 'sessionchart/testing';
import { describe, expect, test } from 'vitest';
import { retry } from '../../examples/recipes/tanstackQuery.ts';
import { holdNext, openProgram } from './program.tsx';
import { ada, expire, grace, refreshOften, replaceWith } from './world.ts';

describe('TanStack Query with a session', () => {
  test('is not affected by ten background refreshes', async () => {
    using program = await openProgram();
    await expect.element(program.screen.getByText('ada')).toBeVisible();
    const before = { renders: program.shown.length, requests: program.server.counts().api };
    await refreshOften(program);

    expect({ renders: program.shown.length, requests: program.server.counts().api }).toEqual(before);
    expect(program.server.counts().refresh).toBe(10);
  });

  test('keeps no data and sends no request after a sign-out', async () => {
    using program = await openProgram();
    await expect.element(program.screen.getByText('ada')).toBeVisible();
    program.queryClient.setQueryData(['orders'], ['a secret order']);
    await program.queryClient
      .getMutationCache()
      .build(program.queryClient, { mutationFn: () => Promise.resolve('an order') })
      .execute(undefined);
    const { api } = program.server.counts();
    await program.session.logout();

    await expect.element(program.screen.getByText('idle')).toBeVisible();
    expect(program.queryClient.getQueriesData({})).toEqual([[['me'], undefined]]);
    expect(program.queryClient.getMutationCache().getAll()).toEqual([]);
    expect(program.server.counts().api).toBe(api);
  });

  test('drops a response that arrives after the sign-out', async () => {
    using program = await openProgram({ state: 'anonymous.idle' });
    await expect.element(program.screen.getByText('HTTPError')).toBeVisible();
    const answer = holdNext(program);
    await program.session.login(ada);
    await answer.reached;
    await program.session.logout();
    answer.letGo();
    await expect.element(program.screen.getByText('idle')).toBeVisible();

    await program.session.login(grace);
    await expect.element(program.screen.getByText('grace')).toBeVisible();
    expect(program.shown).not.toContain('ada');
  });

  test('shows the next user only their own data, also in between', async () => {
    using program = await openProgram();
    await expect.element(program.screen.getByText('ada')).toBeVisible();
    const before = program.shown.length;
    const answer = holdNext(program);
    await replaceWith(program, grace);
    await answer.reached;
    await expect.element(program.screen.getByText('fetching')).toBeVisible();
    answer.letGo();

    await expect.element(program.screen.getByText('grace')).toBeVisible();
    expect(program.shown.slice(before)).not.toContain('ada');
  });

  test('repeats only the refused queries when the same user signs in again', async () => {
    using program = await openProgram();
    await expect.element(program.screen.getByText('ada')).toBeVisible();
    const { queryClient, screen, server, session } = program;
    let calls = 0;
    const orders = new QueryObserver(queryClient, { queryKey: ['orders'], queryFn: () => (calls += 1) });
    const unmount = orders.subscribe(() => undefined);
    await expect.poll(() => calls).toBe(1);
    await expire(program);
    await queryClient.refetchQueries({ queryKey: ['me'] });
    const { api } = server.counts();
    expect(queryClient.getQueryState(['me'])).toMatchObject({
      data: { username: 'ada' },
      error: { code: 'ERR_SESSION_EXPIRED' },
    });
    await session.login(ada);

    await expect.poll(() => queryClient.getQueryState(['me'])?.error).toBeNull();
    await expect.element(screen.getByText('ada')).toBeVisible();
    expect(server.counts().api).toBe(api + 1);
    expect(calls).toBe(1);
    unmount();
  });

  test('forgets the expired user when another one signs in', async () => {
    using program = await openProgram();
    await expect.element(program.screen.getByText('ada')).toBeVisible();
    program.queryClient.setQueryData(['orders'], ['a secret order']);
    await expire(program);
    await program.session.login(grace);

    await expect.element(program.screen.getByText('grace')).toBeVisible();
    expect(program.queryClient.getQueryData(['orders'])).toBeUndefined();
  });

  test('repeats the failed queries when the server refreshes tokens again', async () => {
    using program = await openProgram({ session: { refresh: { attempts: 1 } } });
    const { clock, queryClient, screen, server, session } = program;
    await expect.element(screen.getByText('ada')).toBeVisible();
    const recover = server.intercept('refresh', () => new Response(null, { status: 503 }));
    await clock.advance(60_000);
    const refetching = queryClient.refetchQueries({ queryKey: ['me'] });
    // The request waits for the pause after the failed refresh.
    await clock.advance(30_000);
    await refetching;
    expect(queryClient.getQueryState(['me'])?.error).toMatchObject({ code: 'ERR_REFRESH_UNAVAILABLE' });
    recover();
    await session.refresh();

    await expect.poll(() => queryClient.getQueryState(['me'])?.error).toBeNull();
  });

  test('sends a query once that waited while the store was read', async () => {
    const store = memoryStore<{ id: string; username: string; email: string }>();
    using before = await createTestSession({ session: { store } });
    const { server, clock } = before;
    using program = await openProgram({ server, clock, session: { store }, state: 'anonymous.restoring' });
    await expect.element(program.screen.getByText('fetching')).toBeVisible();
    await program.release();

    await expect.element(program.screen.getByText('ada')).toBeVisible();
    expect(server.counts().api).toBe(1);
  });

  test('is not changed after it was disconnected', async () => {
    using program = await openProgram();
    await expect.element(program.screen.getByText('ada')).toBeVisible();
    program.disconnect();
    await program.session.logout();

    expect(program.queryClient.getQueryData(['me'])).toMatchObject({ username: 'ada' });
    expect(program.listeners()).toBe(0);
  });
});

describe('The retries of a query', () => {
  test('do not happen for errors of the session', async () => {
    using program = await openProgram({ state: 'expired' });
    await expect.element(program.screen.getByText('SessionExpiredError')).toBeVisible();

    expect(program.queryClient.getQueryState(['me'])?.fetchFailureCount).toBe(1);
  });

  test('happen three times for other errors, as without a session', async () => {
    using program = await openProgram();
    let calls = 0;
    const orders = program.queryClient.query({
      queryKey: ['orders'],
      queryFn() {
        calls += 1;
        throw new TypeError('fetch failed');
      },
      retry,
    });

    await expect(orders).rejects.toThrow('fetch failed');
    expect(calls).toBe(4);
  });
});
