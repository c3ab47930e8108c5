import { styleText } from 'node:util';
import { testUsers } from '../../src/testing/index.ts';
import { startApplication } from './application.ts';

const application = await startApplication({
  port: Number(process.env['PORT'] ?? 5173),
  // Slow enough to see a request wait.
  latency: { api: 250, refresh: 1200 },
});

const users = testUsers.map(({ username, password }) => `${username} / ${password}`);
console.log(`
  The page    ${styleText(['cyan', 'underline'], application.url)}
  The server  ${application.server.url}

  Sign in as  ${users.join(', or ')}
  Ctrl-C stops both.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void application.close());
