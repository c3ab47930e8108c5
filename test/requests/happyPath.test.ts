import { describe, expect, test } from 'vitest';
import { clients, openWorld, range } from './world.ts';

describe.each(clients)('$name, with a valid token', ({ send }) => {
  test('a hundred requests, one after another and at once, send the machine no event', async () => {
    const events: string[] = [];
    await using world = await openWorld({
      inspect: ({ type, ...event }) => {
        if (type === '@xstate.event' && 'event' in event) events.push(event.event.type);
      },
    });
    const before = [...events];
    for (const n of range(50)) await send(world.session, `api/items/${n}`);
    await Promise.all(range(50).map((n) => send(world.session, `api/items/${n}`)));

    expect(before).toContain('session.login');
    expect(events).toEqual(before);
    expect(world.server.counts()).toMatchObject({ refresh: 0, api: 100, refused: 0 });
  });

  test('a response without a meaning for the session sends the machine no event either', async () => {
    const events: string[] = [];
    await using world = await openWorld({ inspect: ({ type }) => void events.push(type) });
    const before = [...events];

    expect((await send(world.session, 'api/nowhere')).status).toBe(404);
    expect(events).toEqual(before);
  });
});
