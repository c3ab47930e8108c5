import { expect } from 'vitest';
import type { DialectName } from '../../../src/testing/dialects/dialect.ts';
import { createClock, type OpenAuthority } from '../authorities.ts';
import { startServer } from '../server.ts';
import { tokensOf } from '../tokens.ts';

/** Matches an opaque token and a JWT alike. */
export const anyToken: unknown = expect.stringMatching(/^[\w.-]{43,}$/);

export const anyText: unknown = expect.any(String);

type Fields = Record<string, unknown>;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

export async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** A running server, and a plain HTTP client for it. */
export async function createWorld(openAuthority: OpenAuthority, dialect: DialectName | 'cookie') {
  const clock = createClock();
  const stack = new AsyncDisposableStack();
  const { accounts } = stack.use(await openAuthority({ now: clock.now }));
  const server = stack.use(await startServer({ dialect, accounts, now: clock.now }));
  const post = (path: string, fields: Fields, headers: HeadersInit = {}) =>
    send(server.url + path, { method: 'POST', body: JSON.stringify(fields), headers });
  const get = (path: string, token?: string) =>
    send(server.url + path, { headers: token === undefined ? {} : bearer(token) });

  const login = (username = 'ada', password = 'lovelace') =>
    post(server.endpoints.login, { username, password });
  const tokens = async (username?: string, password?: string) => {
    const { body } = await login(username, password);
    return tokensOf(body);
  };
  return {
    clock,
    server,
    post,
    get,
    login,
    tokens,
    refresh: (refreshToken: string) => post(server.endpoints.refresh, { refreshToken }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
