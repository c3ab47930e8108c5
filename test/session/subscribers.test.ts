import { from, lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SessionView } from '../../src/index.ts';
import { createTestSession } from '../../src/testing/index.ts';

describe('a listener of the session', () => {
  it('that subscribes another one during a call has it called once per view', async () => {
    using world = await createTestSession();
    const { session } = world;
    const seen: string[] = [];
    let isFirst = true;
    session.subscribe(({ status }) => {
      if (status !== 'loggedOut' || !isFirst) return;
      isFirst = false;
      session.subscribe((view) => seen.push(view.status));
    });
    await session.logout();

    expect(seen).toEqual(['loggedOut']);
  });

  it('that subscribes during an event is called once with the resulting view', async () => {
    using world = await createTestSession();
    const { session } = world;
    const seen: SessionView[] = [];
    session.on('session.loggedOut', () => session.subscribe((view) => seen.push(view)));
    await session.logout();

    expect(seen.map(({ status }) => status)).toEqual(['loggedOut']);
  });

  it('that unsubscribes another one stops it at once', async () => {
    using world = await createTestSession();
    const { session } = world;
    const seen: string[] = [];
    let stop = (): void => undefined;
    session.subscribe(({ status }) => status === 'loggedOut' && stop());
    stop = session.subscribe(({ status }) => seen.push(status));
    await session.logout();

    expect(seen).toEqual(['authenticated']);
  });

  it('that unsubscribes in its first call is not called again', async () => {
    using world = await createTestSession();
    const first = from(world.session).pipe(take(1)).pipe(toArray());
    const views = await lastValueFrom(first);
    await world.session.logout();

    expect(views.map(({ status }) => status)).toEqual(['authenticated']);
  });

  it('that changes the session in its first call gets both views in order', async () => {
    using world = await createTestSession();
    const { session } = world;
    const seen: string[] = [];
    session.subscribe(({ status }) => {
      seen.push(status);
      if (status === 'authenticated') void session.logout();
    });

    expect(seen).toEqual(['authenticated', 'loggedOut']);
  });

  it('that throws in its first call is reported, and still called later', async () => {
    using world = await createTestSession();
    const reported: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((error: unknown) => void reported.push(error));
    let calls = 0;
    world.session.subscribe(() => {
      calls += 1;
      throw new Error('a mistake');
    });
    await world.session.logout();
    expect(calls).toBe(2);

    expect(reported).toHaveLength(2);
  });
});

describe('a session that is restored', () => {
  it('notifies listeners, even without a user', async () => {
    using world = await createTestSession({ state: 'anonymous.restoring' });
    const { session } = world;
    const seen: unknown[] = [];
    session.subscribe(({ status, isRestoring }) => seen.push([status, isRestoring]));
    await world.release();
    await session.ready();

    expect(seen).toEqual([
      ['anonymous', true],
      ['anonymous', false],
    ]);
  });
});

describe('a session that was disposed of', () => {
  it('sends its last view to a new subscriber, and completes', async () => {
    const { session } = await createTestSession();
    session.dispose();

    const statuses = (await lastValueFrom(from(session).pipe(toArray()))).map(({ status }) => status);
    expect(statuses).toEqual(['authenticated']);
  });

  it('by its listener in the first call completes it once', async () => {
    const { session } = await createTestSession();
    let completed = 0;
    session.subscribe({ next: session.dispose, complete: () => (completed += 1) });

    expect(completed).toBe(1);
  });
});

describe('the observable symbol', () => {
  const before = Object.getOwnPropertyDescriptor(Symbol, 'observable');

  afterEach(() => {
    Reflect.deleteProperty(Symbol, 'observable');
    if (before !== undefined) Object.defineProperty(Symbol, 'observable', before);
  });

  it.each([
    ['is not there', undefined],
    ['was made after RxJS was loaded', Symbol('observable')],
  ])('lets RxJS subscribe if the symbol %s', async (_, symbol) => {
    Reflect.deleteProperty(Symbol, 'observable');
    if (symbol !== undefined)
      Object.defineProperty(Symbol, 'observable', { value: symbol, configurable: true });
    const { session } = await createTestSession();
    session.dispose();

    expect(await lastValueFrom(from(session).pipe(toArray()))).toHaveLength(1);
    if (symbol !== undefined) expect(Reflect.get(session, symbol)).toBeTypeOf('function');
  });
});
