import { createHash } from 'node:crypto';
import ky, { type AfterResponseHook } from 'ky';
import { describe, expect, test } from 'vitest';
import { clients, openWorld, type ClientInit, type World } from './world.ts';

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
