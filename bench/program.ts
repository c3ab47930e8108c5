import { createClient } from 'redis';
import { createSession, restContract } from 'sessionchart';
import { fileStore } from 'sessionchart/node';
import { redisStore } from 'sessionchart/redis';
import { credentials, sendAtOnce } from './requests.ts';

/** A process that shares a session with others, in the file or the Redis of its arguments. It sends requests for each message. */
const [baseUrl = '', path = '', redisUrl = ''] = process.argv.slice(2);

async function openStore() {
  if (redisUrl === '') return fileStore({ path });
  const client = createClient({ url: redisUrl });
  await client.connect();
  return redisStore(client);
}

const session = createSession({
  baseUrl,
  server: restContract({ login: 'auth/login', refresh: 'auth/refresh' }),
  store: await openStore(),
  name: path.replaceAll(/\W/g, '-'),
  // Without a pause, since tokens expire one right after another.
  refresh: { cooldown: 0 },
});
await session.ready();
if (!session.getSnapshot().isSignedIn) await session.login(credentials);

process.on('message', () => {
  void sendAtOnce(() => session.fetch('api/items/1')).then((failed) => process.send?.(failed));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
