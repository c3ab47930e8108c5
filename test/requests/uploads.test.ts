import { describe, expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { collectGarbage } from './garbage.ts';
import { clients, openWorld, rejection, type ClientInit } from './world.ts';

/** Four megabytes, and the number of chunks that are still in memory: only the reader of the stream refers to them. */
function upload(chunks = 64): { readonly body: ReadableStream<Uint8Array>; left(): number } {
  const made: WeakRef<Uint8Array>[] = [];
  return {
    body: new ReadableStream({
      pull(controller) {
        if (made.length === chunks) {
          controller.close();
          return;
        }
        const chunk = new Uint8Array(65_536);
        made.push(new WeakRef(chunk));
        controller.enqueue(chunk);
      },
    }),
    left: () => made.filter((chunk) => chunk.deref() !== undefined).length,
  };
}

describe.each(clients)('$name, when a stream is uploaded,', ({ send }) => {
  const short = 8;
  const long = 64;

  test.each<{ what: string; chunks: number; context: { auth?: 'none'; replay?: boolean }; most: number }>([
    { what: 'a long stream', chunks: long, context: {}, most: 1 },
    {
      what: 'a stream with `replay: false`',
      chunks: short,
      context: { replay: false },
      most: 1,
    },
    { what: 'a stream that is sent without a token', chunks: short, context: { auth: 'none' }, most: 1 },
    { what: 'a short one, and only that,', chunks: short, context: {}, most: short },
  ])('$what is not kept in memory', async ({ chunks, context, most }) => {
    const { body, left } = upload(chunks);
    const kept: number[] = [];
    await using world = await openWorld({
      ky: {
        retry: 0,
        fetch: async (input, init) => {
          const request = new Request(input, init);
          if (request.method !== 'POST' || request.url.endsWith('login')) return fetch(request);
          const reader = request.body?.getReader();
          for (let read = 1; (await reader?.read())?.done === false; read += 1) {
            if (read !== chunks - 1) continue;
            await collectGarbage();
            kept.push(left());
          }
          return new Response();
        },
      },
    });
    await send(world.session, 'api/echo', { method: 'POST', body, duplex: 'half', context });

    expect(kept).toHaveLength(1);
    expect(kept[0]).toBeLessThanOrEqual(most);
    if (most === short) expect(kept[0]).toBe(short);
  });

  test.each([
    { what: 'a long stream', body: () => upload(long).body, replay: true, retry: 0 },
    { what: 'a body with `replay: false`', body: () => 'one apple', replay: false, retry: 0 },
    { what: 'a body with `replay: false` and a retry', body: () => 'one apple', replay: false, retry: 2 },
  ])('$what that is refused is not replayed, and a new one is sent with the new token', async (of) => {
    await using world = await openWorld({ ky: { retry: of.retry, fetch } });
    world.server.expireAccessTokens();
    // A server that refuses an upload early closes the connection, on which the next one may be sent already.
    world.server.intercept('api', async (request, next) => {
      await request.clone().arrayBuffer();
      return next();
    });
    const init = () => ({ method: 'POST', body: of.body(), duplex: 'half' as const });
    const context = { replay: of.replay };

    expect(await rejection(send(world.session, 'api/echo', { ...init(), context }))).toMatchObject({
      code: 'ERR_REQUEST_NOT_REPLAYABLE',
    });
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 1 });
    expect((await send(world.session, 'api/echo', { ...init(), context })).status).toBe(200);
  });

  test.each([0, 2])('a GET with `replay: false` and `retry: %d` is replayed', async (retry) => {
    await using world = await openWorld({ ky: { retry, fetch } });
    world.server.expireAccessTokens();

    expect((await send(world.session, 'api/me', { context: { replay: false } })).status).toBe(200);
  });

  test('a stream of exactly 1 MiB is replayed', async () => {
    await using world = await openWorld({ ky: { retry: 0, fetch } });
    const refuse = async (request: Request) => {
      await request.arrayBuffer();
      return new Response(null, { status: 401 });
    };
    world.server.intercept('api', refuse, { times: 1 });
    const init = { method: 'POST', body: upload(16).body, duplex: 'half' } as const;

    expect(await (await send(world.session, 'api/echo', init)).json()).toMatchObject({ length: 1_048_576 });
  });

  test('the caller’s signal aborts it', async () => {
    await using world = await openWorld({ ky: { retry: 0, fetch } });
    const told = createGate();
    const started = createGate();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(new Uint8Array(1_000));
        started.open();
        await told.opened;
      },
      cancel: () => told.open(),
    });
    const controller = new AbortController();
    const { signal } = controller;
    const sent = rejection(send(world.session, 'api/echo', { method: 'POST', body, duplex: 'half', signal }));
    await started.opened;
    controller.abort(new Error('Left'));

    expect(await sent).toMatchObject({ message: 'Left' });
    await told.opened;
  });

  test('only true and false are accepted for `context.replay`', async () => {
    await using world = await openWorld();
    const context = { replay: Reflect.get({ replay: 'no' }, 'replay') as unknown as boolean };

    await expect(async () => send(world.session, 'api/me', { context })).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'context.replay',
    });
  });
});

describe('session.fetch, when a stream is uploaded,', () => {
  test.each([
    { how: 'that responds before it has read it', refusals: 0, isEarly: true },
    { how: 'that has refused it before it has read it', refusals: 1, isEarly: false },
    { how: 'that refuses it, and responds to the replay before it has read it', refusals: 1, isEarly: true },
  ])('sends all of it to a server $how', async ({ refusals, isEarly }) => {
    const answered = createGate();
    let attempts = 0;
    const lengths: Promise<number>[] = [];
    await using world = await openWorld({
      ky: {
        fetch: async (input, init) => {
          const request = new Request(input, init);
          if (!request.url.endsWith('/api/echo')) return fetch(request);
          const reader = request.body?.getReader() ?? expect.fail();
          attempts += 1;
          const start = (await reader.read()).value?.byteLength ?? 0;
          if (attempts <= refusals) {
            await reader.cancel();
            return new Response(null, { status: 401 });
          }
          const whole = answered.opened.then(async () => {
            let length = start;
            for (let read = await reader.read(); !read.done; read = await reader.read())
              length += read.value.byteLength;
            return length;
          });
          lengths.push(whole);
          if (!isEarly) {
            answered.open();
            await whole;
          }
          return new Response();
        },
      },
    });
    const init: ClientInit = { method: 'POST', body: upload(8).body, duplex: 'half' };

    expect((await world.session.fetch('api/echo', init)).status).toBe(200);
    answered.open();
    expect(await Promise.all(lengths)).toEqual([8 * 65_536]);
  });
});
