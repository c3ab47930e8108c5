import { expect, test } from 'vitest';
import { createSession, restContract } from '../../src/index.ts';

const graphql = 'application/graphql-response+json';

test.each([
  ['the content type of GraphQL', 'query', graphql, 1],
  ['JSON from a path of GraphQL', 'api/graphql', 'application/json', 1],
  ['JSON from another path, which is left alone', 'query', 'application/json', 0],
])(
  'An expired token in a GraphQL response with status 200 is refreshed: %s',
  async (_name, path, type, refreshes) => {
    let calls = 0;
    const fetch = (input: RequestInfo | URL): Promise<Response> => {
      const url = input instanceof Request ? input.url : String(input);
      const { pathname } = new URL(url);
      if (pathname === '/refresh') calls += 1;
      const isGranting = pathname === '/login' || pathname === '/refresh';
      const refused = { data: null, errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] };
      const body = isGranting
        ? { accessToken: `a${calls}`, refreshToken: 'r' }
        : calls > 0
          ? { data: 1 }
          : refused;
      const headers = { 'content-type': isGranting ? 'application/json' : type };
      const response = new Response(JSON.stringify(body), { headers });
      return Promise.resolve(Object.defineProperty(response, 'url', { value: url }));
    };
    using session = createSession({
      baseUrl: 'https://api.example.com/',
      server: restContract({
        login: 'login',
        refresh: 'refresh',
        errorCodes: { UNAUTHENTICATED: 'accessTokenExpired' },
      }),
      ky: { fetch },
    });
    await session.login({});
    const answer: unknown = await (await session.fetch(path, { method: 'POST', body: '{}' })).json();

    expect(calls).toBe(refreshes);
    if (refreshes > 0) expect(answer).toEqual({ data: 1 });
  },
);
