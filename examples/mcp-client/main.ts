import { createSession, restContract } from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';
import { connect } from './connect.ts';

/** Calls a tool of an MCP server eight times at once, as the signed-in user: `node main.ts <url> <file>`. */
const [baseUrl = '', path = ''] = process.argv.slice(2);

using session = createSession({
  baseUrl,
  server: restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
  store: fileStore({ path }),
});
const client = await connect(session, baseUrl);

/** Waits for a line, so that a test can choose the moment. */
console.log('connected');
for await (const _ of process.stdin) {
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, n) => client.callTool({ name: 'double', arguments: { n } })),
  );
  console.log(JSON.stringify(results.map(({ structuredContent }) => structuredContent)));
  break;
}
await client.close();
