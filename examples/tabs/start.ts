import { styleText } from 'node:util';
import { testUsers } from '../../src/testing/index.ts';
import { startTabs } from './application.ts';

const application = await startTabs({ port: Number(process.env['PORT'] ?? 5174) });

const users = testUsers.map(({ username, password }) => `${username} / ${password}`);
console.log(`
  Page        ${styleText(['cyan', 'underline'], application.url)}
  Sign in as  ${users.join('  or  ')}

  Open the page in several windows side by side, and watch one of them refresh for all.
  Press Ctrl-C to stop.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void application.close());
