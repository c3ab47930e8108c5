import { createSession, isLoginFailedError, isSessionError, restContract } from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';

/**
 * A command-line tool. It runs as often at the same time as you like: all runs share one session.
 *
 *     node main.ts sign-in <user name>   (with the password in the variable PASSWORD)
 *     node main.ts list
 *     node main.ts sign-out
 */
interface User {
  readonly id: string;
  readonly username: string;
}

const baseUrl = process.env['API_URL'] ?? 'http://127.0.0.1:3000';

using session = createSession({
  baseUrl,
  server: restContract<User, { username: string; password: string }>({
    login: 'auth/login',
    refresh: 'auth/refresh',
  }),
  store: fileStore<User>({ appName: 'sessionchart-example' }),
});

const commands: Record<string, (argument: string) => Promise<string>> = {
  async 'sign-in'(username) {
    await session.logout();
    await session.login({ username, password: process.env['PASSWORD'] ?? '' });
    return `Signed in as ${username}`;
  },
  async list() {
    await session.ready();
    if (!session.getSnapshot().isSignedIn) throw new Error('Sign in first: node main.ts sign-in <user name>');
    const items = [1, 2, 3].map((n) => session.api.get(`api/items/${n}`).json<{ n: number; user: string }>());
    return (await Promise.all(items)).map(({ n, user }) => `${n}  ${user}`).join('\n');
  },
  async 'sign-out'() {
    await session.logout();
    return 'Signed out';
  },
};

const [name = '', argument = ''] = process.argv.slice(2);
try {
  const command = commands[name];
  if (command === undefined) throw new Error(`Commands: ${Object.keys(commands).join(', ')}`);
  console.log(await command(argument));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (isLoginFailedError(error)) return 'Incorrect user name or password';
  if (isSessionError(error) && error.code === 'ERR_SESSION_EXPIRED')
    return 'Your session has expired: sign in again';
  return error instanceof Error ? error.message : String(error);
}
