import { styleText } from 'node:util';
import { testUsers } from '../../src/testing/index.ts';
import { startApplication } from './application.ts';

// oidc-provider warns that its keys and its storage are for development, which they are here.
for (const level of ['warn', 'info'] as const) {
  const print = console[level].bind(console);
  console[level] = (...parts: unknown[]) => {
    if (!String(parts[0]).includes('oidc-provider')) print(...parts);
  };
}

const application = await startApplication({
  port: Number(process.env['PORT'] ?? 5173),
  // Slow enough to watch a request wait.
  latency: { api: 250, refresh: 1200 },
  hasProvider: true,
});

const users = testUsers.map(({ username, password }) => `${username} / ${password}`);
console.log(`
  Page        ${styleText(['cyan', 'underline'], application.url)}
  Server      ${application.server.url}
  Provider    ${application.provider?.issuer}

  Sign in as  ${users.join('  or  ')}
  Press Ctrl-C to stop.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void application.close());
