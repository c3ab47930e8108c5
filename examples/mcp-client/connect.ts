import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Session } from '../../src/index.ts';

/**
 * Connects to an MCP server whose endpoint is `mcp` below the session's `baseUrl`. The session adds the access token, and
 * refreshes once for all calls that run at the same time, in all processes.
 */
export async function connect(session: Pick<Session, 'fetch'>, baseUrl: string): Promise<Client> {
  const client = new Client({ name: 'my-tool', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL('mcp', baseUrl), { fetch: session.fetch });
  await client.connect(transport);
  return client;
}
