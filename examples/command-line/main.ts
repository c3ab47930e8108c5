import {
  createSession,
  encryptedStore,
  isLoginFailedError,
  isSessionError,
  restContract,
  type Session,
} from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';
import { keyFromKeychain } from './keychain.ts';

/**
 * A command-line tool. It runs as often at the same time as you like: all runs share one session.
 *
 *     node main.ts sign-in <user name>   (with the password in the variable PASSWORD)
 *     node main.ts list
 *     node main.ts sign-out
 *
 * With KEYCHAIN=1 the file is encrypted, with a key in the keychain of the system. If there is no keychain, that is an error:
 * the tool does not fall back to a file that is not encrypted.
 */
interface User {
  readonly id: string;
  readonly username: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

const appName = 'sessionchart-example';

async function openStore() {
  const file = fileStore<User>({ appName });
  if (process.env['KEYCHAIN'] !== '1') return file;
  return encryptedStore(file, { keys: [await keyFromKeychain(appName, file)] });
}

const commands: Record<string, (session: Session<User, Credentials>, argument: string) => Promise<string>> = {
  async 'sign-in'(session, username) {
    await session.logout();
    await session.login({ username, password: process.env['PASSWORD'] ?? '' });
    return `Signed in as ${username}`;
  },
  async list(session) {
    await session.ready();
    if (!session.getSnapshot().isSignedIn) throw new Error('Sign in first: node main.ts sign-in <user name>');
    const items = [1, 2, 3].map((n) => session.api.get(`api/items/${n}`).json<{ n: number; user: string }>());
    return (await Promise.all(items)).map(({ n, user }) => `${n}  ${user}`).join('\n');
  },
  async 'sign-out'(session) {
    await session.logout();
    return 'Signed out';
  },
};

async function run([name = '', argument = '']: readonly string[]): Promise<string> {
  const command = commands[name];
  if (command === undefined) throw new Error(`Commands: ${Object.keys(commands).join(', ')}`);
  using session = createSession({
    baseUrl: process.env['API_URL'] ?? 'http://127.0.0.1:3000',
    server: restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' }),
    store: await openStore(),
  });
  return await command(session, argument);
}

function explain(error: unknown): string {
  if (isLoginFailedError(error)) return 'Incorrect user name or password';
  if (isSessionError(error) && error.code === 'ERR_SESSION_EXPIRED')
    return 'Your session has expired: sign in again';
  return error instanceof Error ? error.message : String(error);
}

try {
  console.log(await run(process.argv.slice(2)));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
