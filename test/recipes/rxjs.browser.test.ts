import { Observable, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { SessionView } from 'sessionchart';
import { userOf } from '../../examples/recipes/rxjs.ts';
import { ada, expire, grace, openWorld, refreshOften } from './world.ts';

describe('An observable of the user', () => {
  test('has one value through ten refreshes, an expiry, and the same user again', async () => {
    using world = await openWorld();
    const names: (string | undefined)[] = [];
    userOf(world.session).subscribe((user) => names.push(user?.username));
    await refreshOften(world);
    await expire(world);
    await world.session.login(ada);

    expect(names).toEqual(['ada']);
  });

  test('has nobody after a sign-out, then who comes next, and completes with the session', async () => {
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

  test('has no more values once nobody subscribes', async () => {
    using world = await openWorld();
    const names: (string | undefined)[] = [];
    const subscription = userOf(world.session).subscribe((user) => names.push(user?.username));
    subscription.unsubscribe();
    await world.session.logout();

    expect(names).toEqual(['ada']);
  });
});

describe('A session', () => {
  test('takes a subject as its observer', async () => {
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

  test('is subscribed to by an observable of one’s own, which undoes it', async () => {
    using world = await openWorld();
    const subscription = new Observable<SessionView>((observer) =>
      world.session.subscribe(observer),
    ).subscribe();
    expect(world.listeners()).toBe(1);
    subscription.unsubscribe();

    expect(world.listeners()).toBe(0);
  });
});
