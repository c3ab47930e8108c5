import { parseArgs, styleText } from 'node:util';
import { testUsers } from '../../src/testing/index.ts';
import { startServer } from '../../test/referenceServer/server.ts';
import { frameworks, isFramework, startBackend } from './start.ts';

/** Starts an API, and a web server for its users: `node examples/backend/main.ts express`. Default is Hono. */
const {
  positionals: [framework = 'hono'],
} = parseArgs({ allowPositionals: true });
if (!isFramework(framework))
  throw new Error(`Expected ${frameworks.join(' or ')}, got ${JSON.stringify(framework)}`);

const api = await startServer({ accessTokenLifetime: 15 });
api.intercept('refresh', (_request, next) => {
  console.log('  The web server refreshes');
  return next();
});
const application = await startBackend(framework, {
  port: Number(process.env['PORT'] ?? 5175),
  apiUrl: api.url,
  secret: 'only for this demo: use openssl rand -base64 32',
});

const users = testUsers.map(({ username, password }) => `${username} / ${password}`);
console.log(`
  Page        ${styleText(['cyan', 'underline'], application.url)}
  Sign in as  ${users.join('  or  ')}

  Access tokens live for 15 seconds. Load the order again, or reload the page in several tabs.
  Press Ctrl-C to stop.
`);

async function stop(): Promise<void> {
  application.close();
  await api.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
