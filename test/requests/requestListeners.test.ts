import { describe, expect, test } from 'vitest';
import { observeRequests, type RequestStep } from '../../src/observe/index.ts';
import { brief, watch, withId } from './steps.ts';
import { openRefreshing, openWorld } from './world.ts';

describe('a listener of `observeRequests`', () => {
  test('delays no request', async () => {
    const order: string[] = [];
    const base: typeof fetch = (input, init) => {
      order.push('sent');
      return fetch(input, init);
    };
    await using world = await openWorld({ isSignedIn: false, ky: { fetch: base } });
    observeRequests(world.session).subscribe(({ type }) => {
      if (type === 'request.sent') queueMicrotask(() => order.push('a moment later'));
    });
    await world.session.fetch('api/public');

    expect(order).toEqual(['sent', 'a moment later']);
  });

  test('cannot change the steps that other listeners get', async () => {
    await using world = await openWorld();
    const { session } = world;
    const { steps } = watch(session);
    observeRequests(session).intercept((call) => void Reflect.set(call, 'attempt', 9));
    await session.fetch('api/me');

    expect(steps.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(steps.every(Object.isFrozen)).toBe(true);
  });

  test('that resubscribes at each step gets each step once', async () => {
    await using world = await openWorld();
    const { session } = world;
    const types: string[] = [];
    const listen = ({ type }: RequestStep) => {
      types.push(type);
      stop();
      if (types.length < 10) stop = observeRequests(session).subscribe(listen);
    };
    let stop = observeRequests(session).subscribe(listen);
    await session.fetch('api/me');

    expect(types).toEqual(['request.sent', 'request.answered']);
  });

  test('that unsubscribes another one during a step stops it at once', async () => {
    await using world = await openWorld();
    const { session } = world;
    observeRequests(session).subscribe(() => stop());
    const { steps, stop } = watch(session);
    await session.fetch('api/me');

    expect(steps).toEqual([]);
  });

  test('that sends a request does not change the order of steps for others', async () => {
    await using world = await openRefreshing();
    const { session } = world;
    const heard: string[] = [];
    let more: Promise<unknown> | undefined;
    observeRequests(session).subscribe((step) => {
      heard.push(withId(step));
      more ??= session.fetch('api/items/1');
    });
    const { steps } = watch(session);
    const first = session.fetch('api/me');

    await expect.poll(() => steps.map(withId)).toEqual(['1 held api 0', '2 held api 0']);
    world.refresh.open();
    await Promise.all([first, more]);
    expect(heard).toEqual(steps.map(withId));
    expect(steps).toHaveLength(6);
  });
});

describe('`steps()` of `observeRequests`', () => {
  test('records from its first call on, whether or not there is a listener', async () => {
    await using world = await openWorld();
    const { session } = world;
    const { steps } = observeRequests(session);
    await session.fetch('api/before');
    expect(steps()).toEqual([]);
    await session.fetch('api/me');

    expect(steps().map(brief)).toEqual(['sent api 1', 'answered api 1 200']);
    expect(steps()).toBe(steps());
    expect(steps().every(({ url }) => url.endsWith('/api/me'))).toBe(true);
  });

  test('keeps the last 250', async () => {
    await using world = await openWorld();
    const { session } = world;
    const { steps } = observeRequests(session);
    steps();
    for (let count = 1; count <= 126; count += 1) await session.fetch(`api/items/${count}`);

    expect(steps()).toHaveLength(250);
    expect(steps().at(0)?.url).toMatch(/items\/2$/);
    expect(steps().at(-1)?.url).toMatch(/items\/126$/);
  });
});
