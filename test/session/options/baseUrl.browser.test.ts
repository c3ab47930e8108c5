import { expect, test } from 'vitest';
import { createSession } from '../../../src/index.ts';

test('In a page, `baseUrl` may be a path', async () => {
  const urls: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    urls.push(new Request(input, init).url);
    return Response.json({});
  };
  using session = createSession({ baseUrl: '/api/', server: {}, ky: { fetch } });
  await session.fetch('me');
  await session.api.get('orders');

  expect(urls).toEqual([`${location.origin}/api/me`, `${location.origin}/api/orders`]);
});

test('In a page, a host without `https:` is still refused', () => {
  expect(() => createSession({ baseUrl: 'api.example.com', server: {} })).toThrow('`baseUrl`');
});
