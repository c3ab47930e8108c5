import {
  createSession,
  encryptedStore,
  isLoginFailedError,
  isSessionError,
  restContract,
  type Session,
} from '../../src/index.ts';
import { fileStore } from '../../src/node/index.ts';
import { isAuthorizationError, oauth, type OAuthUser } from '../../src/oauth/index.ts';
import { keyFromKeychain } from './keychain.ts';
import { signInWith } from './provider.ts';

/**
 * A command-line tool. It runs as often at the same time as you like: all runs share one session.
 *
 *     node main.ts sign-in <user name>   (with the password in the variable PASSWORD)
 *     node main.ts list
 *     node main.ts sign-out
 *
 * With ISSUER, the user signs in at that provider of OpenID Connect:
 *
 *     node main.ts sign-in browser       (on this computer)
 *     node main.ts sign-in code          (on any device; this computer needs no browser)
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

async function openStore<Stored>() {
  const file = fileStore<Stored>({ appName });
  if (process.env['KEYCHAIN'] !== '1') return file;
  return encryptedStore(file, { keys: [await keyFromKeychain(appName, file)] });
}

/** The session, and the way to sign in. */
interface Account extends Disposable {
  readonly session: Pick<Session, 'api' | 'ready' | 'getSnapshot' | 'logout'>;
  readonly signIn: (argument: string) => Promise<string>;
}

const baseUrl = process.env['API_URL'] ?? 'http://127.0.0.1:3000';

/** Signs in with a password at the API. */
async function openPasswordAccount(): Promise<Account> {
  const session = createSession({
    baseUrl,
    server: restContract<User, Credentials>({ login: 'auth/login', refresh: 'auth/refresh' }),
    store: await openStore<User>(),
  });
  return {
    session,
    async signIn(username) {
      await session.login({ username, password: process.env['PASSWORD'] ?? '' });
      return username;
    },
    [Symbol.dispose]: session.dispose,
  };
}

/** Signs in at a provider. */
async function openProviderAccount(issuer: string): Promise<Account> {
  const auth = oauth({
    issuer,
    clientId: process.env['CLIENT_ID'] ?? appName,
    scope: 'openid offline_access',
    resource: baseUrl,
  });
  const session = createSession({ baseUrl, ...auth.options, store: await openStore<OAuthUser>() });
  return {
    session,
    async signIn(device) {
      const user = await session.login(signInWith(device));
      return user?.sub ?? '';
    },
    [Symbol.dispose]: session.dispose,
  };
}

const commands: Record<string, (account: Account, argument: string) => Promise<string>> = {
  async 'sign-in'({ session, signIn }, argument) {
    await session.logout();
    return `Signed in as ${await signIn(argument)}`;
  },
  async list({ session }) {
    await session.ready();
    if (!session.getSnapshot().isSignedIn) throw new Error('Sign in first: node main.ts sign-in <user name>');
    const items = [1, 2, 3].map((n) => session.api.get(`api/items/${n}`).json<{ n: number; user: string }>());
    return (await Promise.all(items)).map(({ n, user }) => `${n}  ${user}`).join('\n');
  },
  async 'sign-out'({ session }) {
    await session.logout();
    return 'Signed out';
  },
};

async function run([name = '', argument = '']: readonly string[]): Promise<string> {
  const command = commands[name];
  if (command === undefined) throw new Error(`Commands: ${Object.keys(commands).join(', ')}`);
  const { ISSUER } = process.env;
  using account = await (ISSUER === undefined ? openPasswordAccount() : openProviderAccount(ISSUER));
  return await command(account, argument);
}

function explain(error: unknown): string {
  if (isLoginFailedError(error)) {
    const { cause } = error;
    if (!isAuthorizationError(cause)) return 'Incorrect user name or password';
    return cause.error === 'access_denied' ? 'You have refused the sign-in' : cause.message;
  }
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
