import { firstValueFrom, from, lastValueFrom, map, toArray } from 'rxjs';
import { get } from 'svelte/store';
import { describe, expect, it } from 'vitest';
import { createActor, fromObservable } from 'xstate';
import type { SessionView } from '../../src/index.ts';
import { createTestSession } from '../../src/testing/index.ts';

describe('session.subscribe', () => {
  it('calls a listener at once with the current view, then after every change', async () => {
    using world = await createTestSession({ state: 'anonymous.idle' });
    const { session } = world;
    const seen: SessionView[] = [];
    const stop = session.subscribe((view) => seen.push(view));

    expect(seen).toEqual([session.getSnapshot()]);
    await session.login({ username: 'ada', password: 'lovelace' });
    stop();
    await session.logout();

    expect(seen.map(({ status, isSigningIn }) => [status, isSigningIn])).toEqual([
      ['anonymous', false],
      ['anonymous', true],
      ['authenticated', false],
    ]);
    expect(seen.at(0)).not.toBe(seen.at(-1));
  });

  it('passes the same object to all listeners and to getSnapshot', async () => {
    using world = await createTestSession();
    const { session } = world;
    const seen: [SessionView, SessionView][] = [];
    session.subscribe((view) => seen.push([view, session.getSnapshot()]));

    await session.refresh();

    expect(seen).toHaveLength(3);
    for (const [view, snapshot] of seen) expect(view).toBe(snapshot);
  });

  it('accepts an observer, and returns a subscription', async () => {
    using world = await createTestSession();
    const { session } = world;
    const seen: unknown[] = [];
    const { unsubscribe } = session.subscribe({
      next: ({ status }) => seen.push(status),
      complete: () => seen.push('complete'),
    });
    await session.refresh();
    unsubscribe();
    await session.logout();

    expect(seen).toEqual(['authenticated', 'refreshing', 'authenticated']);
  });

  it('completes an observer once when the session is disposed of', async () => {
    const { session } = await createTestSession();
    let completed = 0;
    session.subscribe({ complete: () => (completed += 1) });
    session.subscribe({});

    session.dispose();
    session.dispose();

    expect(completed).toBe(1);
  });

  it('gives each subscription of one function its own unsubscribe function', async () => {
    using world = await createTestSession();
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const stop = world.session.subscribe(count);
    world.session.subscribe(count);
    stop();
    stop();
    calls = 0;

    await world.session.logout();

    expect(calls).toBe(1);
  });
});

describe('a session is', () => {
  it('a store for Svelte', async () => {
    using world = await createTestSession({ state: 'expired' });

    expect(get(world.session)).toBe(world.session.getSnapshot());
  });

  it('an observable, for RxJS', async () => {
    const { session } = await createTestSession();
    const statuses = lastValueFrom(
      from(session)
        .pipe(map(({ status }) => status))
        .pipe(toArray()),
    );

    expect((await firstValueFrom(from(session))).user).toEqual(session.getSnapshot().user);
    await session.logout();
    session.dispose();

    expect(await statuses).toEqual(['authenticated', 'loggedOut']);
  });

  it('an observable, for an XState actor', async () => {
    using world = await createTestSession();
    const actor = createActor(fromObservable(() => world.session)).start();

    await world.session.logout();

    expect(actor.getSnapshot().context?.status).toBe('loggedOut');
  });
});
