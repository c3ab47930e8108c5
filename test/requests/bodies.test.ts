import { createHash } from 'node:crypto';
import ky, { type AfterResponseHook } from 'ky';
import { describe, expect, test } from 'vitest';
import { createGate } from '../referenceServer/authorities.ts';
import { collectGarbage } from './garbage.ts';
import { clients, openWorld, rejection, type ClientInit, type World } from './world.ts';

const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256);
const text = 'Grüße, 안녕, 👋\r\n\u0000 end';

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function streamOf(data: Uint8Array): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= data.length) {
        controller.close();
        return;
      }
      controller.enqueue(data.slice(offset, offset + 30_000));
      offset += 30_000;
    },
  });
}

/** The body of each attempt, as it arrived at the server. */
function listen({ server }: World): { readonly type: string | null; readonly sha256: string }[] {
  const arrivals: { type: string | null; sha256: string }[] = [];
  server.intercept('api', async (request, next) => {
    arrivals.push({
      type: request.headers.get('content-type'),
      sha256: sha256(new Uint8Array(await request.arrayBuffer())),
    });
    return next();
  });
  return arrivals;
}

interface Case {
  readonly kind: string;
  readonly body: () => BodyInit;
  readonly type: string | null;
  readonly expected: string | Uint8Array;
  readonly more?: ClientInit;
}

const cases: readonly Case[] = [
  { kind: 'a text', body: () => text, type: 'text/plain;charset=UTF-8', expected: text },
  {
    kind: 'JSON',
    body: () => JSON.stringify({ text }),
    type: 'application/json',
    expected: JSON.stringify({ text }),
    more: { headers: { 'content-type': 'application/json' } },
  },
  {
    kind: 'a Blob',
    body: () => new Blob([bytes], { type: 'image/x-test' }),
    type: 'image/x-test',
    expected: bytes,
  },
  {
    kind: 'URLSearchParams',
    body: () => new URLSearchParams({ text, more: 'a b&c' }),
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
    expected: new URLSearchParams({ text, more: 'a b&c' }).toString(),
  },
  { kind: 'an ArrayBuffer', body: () => bytes.buffer.slice(0), type: null, expected: bytes },
  { kind: 'a Uint8Array', body: () => bytes, type: null, expected: bytes },
  {
    kind: 'a ReadableStream',
    body: () => streamOf(bytes),
    type: null,
    expected: bytes,
    more: { duplex: 'half' },
  },
  { kind: 'no body', body: () => '', type: 'text/plain;charset=UTF-8', expected: '' },
];

describe.each(clients)('$name, the body of a replayed request', ({ send }) => {
  test.each(cases)('$kind arrives byte for byte, twice', async ({ body, type, expected, more }) => {
    await using world = await openWorld();
    const arrivals = listen(world);
    world.server.expireAccessTokens();
    const answer = await send(world.session, 'api/mirror', { method: 'POST', body: body(), ...more });

    const whole = { type, sha256: sha256(expected) };
    expect(arrivals).toEqual([whole, whole]);
    expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(sha256(expected));
  });

  test.each(cases)('$kind arrives byte for byte after a hold', async ({ body, type, expected, more }) => {
    await using world = await openWorld({ refresh: { proactive: false } });
    const arrivals = listen(world);
    await world.clock.advance(60_000);
    const answer = await send(world.session, 'api/echo', { method: 'POST', body: body(), ...more });

    expect(arrivals).toEqual([{ type, sha256: sha256(expected) }]);
    expect(await answer.json()).toMatchObject({ sha256: sha256(expected), user: 'ada' });
  });

  test('FormData arrives whole, fields and file, with one boundary', async () => {
    await using world = await openWorld();
    const arrivals = listen(world);
    world.server.expireAccessTokens();
    const form = new FormData();
    form.append('text', text);
    form.append('file', new File([bytes], 'photo.bin', { type: 'image/x-test' }));
    const answer = await send(world.session, 'api/mirror', { method: 'PUT', body: form });
    const mirrored = await answer.formData();
    const file = mirrored.get('file');

    expect(arrivals).toHaveLength(2);
    expect(arrivals[0]?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(arrivals[1]).toEqual(arrivals[0]);
    expect(file).toBeInstanceOf(File);
    expect(mirrored.get('text')).toBe(text);
    expect(file instanceof File && sha256(await file.bytes())).toBe(sha256(bytes));
  });

  test('is complete on the second replay too', async () => {
    await using world = await openWorld();
    const { server, session, clock } = world;
    const arrivals = listen(world);
    server.expireAccessTokens();
    server.intercept(
      'api',
      async () => {
        await clock.advance(6_000);
        return Response.json({}, { status: 401 });
      },
      { times: 2 },
    );
    const answer = await send(session, 'api/mirror', {
      method: 'POST',
      body: streamOf(bytes),
      duplex: 'half',
    });

    expect(answer.status).toBe(200);
    expect(arrivals).toHaveLength(1);
    expect(arrivals[0]?.sha256).toBe(sha256(bytes));
    expect(server.counts()).toMatchObject({ api: 3 });
  });
});

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
          while ((await reader?.read())?.done === false) continue;
          await collectGarbage();
          kept.push(left());
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
    { what: 'a long stream', body: () => upload(long).body, replay: true },
    { what: 'a body with `replay: false`', body: () => 'one apple', replay: false },
  ])('$what that is refused is not replayed, and a new one is sent with the new token', async (of) => {
    await using world = await openWorld({ ky: { retry: 0, fetch } });
    world.server.expireAccessTokens();
    const init = () => ({ method: 'POST', body: of.body(), duplex: 'half' as const });
    const context = { replay: of.replay };

    expect(await rejection(send(world.session, 'api/echo', { ...init(), context }))).toMatchObject({
      code: 'ERR_REQUEST_NOT_REPLAYABLE',
    });
    expect(world.server.counts()).toMatchObject({ refresh: 1, api: 1 });
    expect((await send(world.session, 'api/echo', { ...init(), context })).status).toBe(200);
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
    });
  });
});

describe('a body that was consumed', () => {
  test('before a replay gets RequestNotReplayableError instead of half a body', async () => {
    await using world = await openWorld();
    const { server, session } = world;
    server.expireAccessTokens();
    // Logs the body before the session's hook sees the response.
    const readSent: AfterResponseHook = async ({ request }) => {
      await request.text();
    };
    const logging = ky
      .create({ baseUrl: server.url, hooks: { afterResponse: [readSent] } })
      .extend({ hooks: session.hooks });

    await expect(logging.post('api/echo', { body: 'one apple' })).rejects.toMatchObject({
      name: 'RequestNotReplayableError',
      code: 'ERR_REQUEST_NOT_REPLAYABLE',
    });
    expect(server.counts()).toMatchObject({ api: 1, refused: 1 });
    expect((await session.api.post('api/echo', { body: 'one apple' })).status).toBe(200);
  });
});
