import { createSession, restContract } from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';
import { serveParent } from './protocol.ts';

/** A process with a session in a file. */
const [baseUrl = '', path = ''] = process.argv.slice(2);

const session = createSession({
  baseUrl,
  server: restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
  store: fileStore({ path }),
});
await session.ready();

serveParent(
  async (n) => (await session.fetch(`/api/items/${n}`)).status,
  () => session.getSnapshot().isSignedIn,
);
