import { createServer } from 'node:http';
import { once } from 'node:events';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { memoryAccounts } from '../../src/testing/index.ts';
import { startServer } from '../referenceServer/server.ts';

/** An MCP server with a tool, behind access tokens. Its other paths are those of the reference server. */
export async function startMcpServer() {
  const accounts = memoryAccounts();
  const api = await startServer({ accounts });
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url !== '/mcp') {
        const body = request.method === 'POST' ? { body: await readAll(request) } : {};
        const answer = await fetch(api.url + (request.url ?? ''), {
          method: request.method ?? 'GET',
          ...body,
        });
        response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
        return;
      }
      const account = await accounts.verifyAccessToken(
        (request.headers.authorization ?? '').slice('Bearer '.length),
      );
      statuses.push(typeof account === 'string' ? 401 : 200);
      if (typeof account === 'string') {
        response.writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }).end();
        return;
      }
      await answerTool(request, response);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    api,
    url: `http://127.0.0.1:${port}/`,
    statuses,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await api.close();
    },
  };
}

type Handler = Parameters<StreamableHTTPServerTransport['handleRequest']>;

async function answerTool(request: Handler[0], response: Handler[1]): Promise<void> {
  const mcp = new McpServer({ name: 'test', version: '1.0.0' });
  mcp.registerTool(
    'double',
    { inputSchema: { n: z.number() }, outputSchema: { twice: z.number() } },
    ({ n }) => ({ content: [], structuredContent: { twice: 2 * n } }),
  );
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  await mcp.connect(transport);
  await transport.handleRequest(request, response);
}

async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const parts: string[] = [];
  for await (const part of stream) parts.push(String(part));
  return parts.join('');
}
