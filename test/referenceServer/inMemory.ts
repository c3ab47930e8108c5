import type { TestServer } from '../../src/testing/server.ts';
import { readTokens, type Tokens } from './tokens.ts';

export async function signIn(server: TestServer): Promise<Tokens> {
  const body = JSON.stringify({ username: 'ada', password: 'lovelace' });
  const response = await server.fetch(server.endpoints.login, { method: 'POST', body });
  return readTokens(response);
}

export function refresh(server: TestServer, refreshToken: string): Promise<Response> {
  return server.fetch(server.endpoints.refresh, { method: 'POST', body: JSON.stringify({ refreshToken }) });
}

export function bearer(accessToken: string): { Authorization: string } {
  return { Authorization: `Bearer ${accessToken}` };
}
