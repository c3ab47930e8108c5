import { assert, describe, expect, test } from 'vitest';
import { createTestServer } from '../../src/testing/server.ts';
import { createGate } from './authorities.ts';
import { bearer, signIn } from './inMemory.ts';

describe('fetch', () => {
  test('accepts the arguments of the global fetch, and works unbound', async () => {
    const { fetch, url } = createTestServer();

    for (const input of [
      `${url}/api/public`,
      new URL('/api/public', url),
      new Request(`${url}/api/public`),
    ]) {
      expect((await fetch(input)).status).toBe(200);
    }
    const withInit = await fetch(new Request(`${url}/api/public`), { headers: bearer('made-up') });
    expect(await withInit.json()).toEqual({ public: true, authorization: true });
  });

  test('a response and its clones have a url', async () => {
    const server = createTestServer();
    const response = await server.fetch('https://api.example.com/api/public?page=2#top');

    expect(response.url).toBe('https://api.example.com/api/public?page=2');
    expect(response.clone().clone().url).toBe(response.url);
    expect(await response.clone().json()).toEqual(await response.json());
  });

  test('a body is sent and returned byte for byte', async () => {
    const server = createTestServer();
    const headers = { ...bearer((await signIn(server)).accessToken), 'Content-Type': 'application/x-bytes' };
    const body = crypto.getRandomValues(new Uint8Array(50_000));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));

    const echo = await server.fetch('/api/echo', { method: 'PATCH', headers, body });
    expect(await echo.json()).toEqual({
      method: 'PATCH',
      contentType: 'application/x-bytes',
      length: 50_000,
      sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      authorization: true,
      user: 'ada',
    });
    const mirror = await server.fetch('/api/mirror', { method: 'POST', headers, body });
    expect(mirror.headers.get('Content-Type')).toBe('application/x-bytes');
    expect(new Uint8Array(await mirror.arrayBuffer())).toEqual(body);
  });

  test('responses without a body stay without one', async () => {
    const server = createTestServer();
    const headers = bearer((await signIn(server)).accessToken);
    const deleted = await server.fetch('/api/items/1', { method: 'DELETE', headers });
    const mirrored = await server.fetch('/api/mirror', { method: 'POST', headers });

    expect(deleted.status).toBe(204);
    expect(deleted.body).toBeNull();
    expect(await mirrored.text()).toBe('');
  });

  test('an aborted signal rejects with its reason, and nothing reaches the server', async () => {
    const server = createTestServer();
    const reason = new Error('too late');

    await expect(server.fetch('/api/public', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });

  test('an abort rejects at once with the reason, even while an intercept hangs', async () => {
    const server = createTestServer();
    const controller = new AbortController();
    const reached = createGate();
    server.intercept('api', () => {
      reached.open();
      return new Promise(() => undefined);
    });
    const answer = server.fetch('/api/public', { signal: controller.signal });
    await reached.opened;
    controller.abort();

    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.requests).toMatchObject([{ path: '/api/public', status: 0 }]);
  });

  test('an abort cuts off a partially read body', async () => {
    const server = createTestServer();
    const controller = new AbortController();
    server.intercept('api', () => {
      const half = new ReadableStream<Uint8Array>({
        start: (stream) => stream.enqueue(new Uint8Array([1, 2, 3])),
      });
      return new Response(half);
    });
    const { body } = await server.fetch('/api/public', { signal: controller.signal });
    assert(body !== null);
    const reader = body.getReader();
    expect((await reader.read()).value).toEqual(new Uint8Array([1, 2, 3]));
    const rest = reader.read();
    controller.abort(new Error('logged out'));

    await expect(rest).rejects.toThrow('logged out');
  });
});
