import { Observable, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { SessionView } from 'sessionchart';
import { userOf } from '../../examples/recipes/rxjs.ts';
import { ada, expire, grace, openWorld, refreshOften } from './world.ts';

describe('An observable of the user', () => {
  test('emits one value during ten refreshes, an expiry, and a sign-in of the same user', async () => {
    using world = await openWorld();
    const names: (string | undefined)[] = [];
    userOf(world.session).subscribe((user) => names.push(user?.username));
    await refreshOften(world);
    await expire(world);
    await world.session.login(ada);

    expect(names).toEqual(['ada']);
  });

  test('emits null after a sign-out, then the next user, and completes with the session', async () => {
    using world = await openWorld();
    const told: unknown[] = [];
    userOf(world.session).subscribe({
      next: (user) => told.push(user?.username ?? null),
      complete: () => told.push('complete'),
    });
    await world.session.logout();
    await world.session.login(grace);
    world.dispose();

    expect(told).toEqual(['ada', null, 'grace', 'complete']);
  });

  test('emits nothing after it is unsubscribed', async () => {
    using world = await openWorld();
    const names: (string | undefined)[] = [];
    const subscription = userOf(world.session).subscribe((user) => names.push(user?.username));
    subscription.unsubscribe();
    await world.session.logout();

    expect(names).toEqual(['ada']);
  });
});

describe('A session', () => {
  test('accepts a subject as an observer', async () => {
    using world = await openWorld();
    const views = new Subject<SessionView>();
    const statuses: string[] = [];
    views.subscribe({
      next: ({ status }) => statuses.push(status),
      complete: () => statuses.push('complete'),
    });
    world.session.subscribe(views);
    await world.session.logout();
    world.dispose();

    expect(statuses).toEqual(['authenticated', 'loggedOut', 'complete']);
  });

  test('works in a custom observable, which unsubscribes', async () => {
    using world = await openWorld();
    const subscription = new Observable<SessionView>((observer) =>
      world.session.subscribe(observer),
    ).subscribe();
    expect(world.listeners()).toBe(1);
    subscription.unsubscribe();

    expect(world.listeners()).toBe(0);
  });
});
