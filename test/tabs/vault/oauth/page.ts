import { createSession, sessionErrorOf, type Session } from 'sessionchart';
import { popup, silentFrame, type OAuthUser } from 'sessionchart/oauth';
import { oauthVault, type OAuthVault, type VaultSignIn } from 'sessionchart/vault';

/** What a test chooses, before the page loads. */
export interface VaultOptions {
  readonly issuer: string;
  readonly api: string;
  /** Another API, which gets tokens of its own. */
  readonly billing?: string;
  readonly worker: 'shared' | 'dedicated';
}

export interface OAuthVaultPage {
  readonly session: Session<OAuthUser, VaultSignIn>;
  readonly auth: OAuthVault<OAuthUser>;
  /** What `complete()` has returned or rejected with on the callback page. */
  readonly completed: string | null;
  readonly outcome: string | null;
  /** Sends requests at the same time. Returns the status and the body of each response, or the code of its error. */
  send(count?: number, path?: string): Promise<readonly string[]>;
  silent(): Promise<string>;
}

declare global {
  interface Window {
    readonly vaultOptions: VaultOptions;
    readonly oauthVaultPage: OAuthVaultPage;
  }
}

const { worker: kind, ...provider } = window.vaultOptions;
const address = `/worker.js?${new URLSearchParams(provider).toString()}`;
const auth = oauthVault({
  worker: () =>
    kind === 'shared'
      ? new SharedWorker(address, { type: 'module' })
      : new Worker(address, { type: 'module' }),
});
const { api, billing } = provider;
const session = createSession({
  baseUrl: api,
  ...auth.options,
  ...(billing !== undefined && { trustedOrigins: [billing] }),
  refresh: { cooldown: 0 },
});

const textOf = (call: Promise<string>) =>
  call.catch((error: unknown) => sessionErrorOf(error)?.code ?? String(error));

async function request(path: string): Promise<string> {
  const response = await session.fetch(path);
  const { sub, scheme } = (await response.json()) as { sub?: string; scheme?: string };
  return `${response.status} ${sub} ${scheme}`;
}

let completed: string | null = null;
let outcome: string | null = null;

if (location.pathname === '/callback') {
  void textOf(auth.complete(session).then(({ returnTo }) => returnTo)).then((text) => (completed = text));
}

const button = document.createElement('button');
button.textContent = 'Sign in';
button.onclick = () => {
  const login = session.login(popup({ prompt: 'consent' }));
  void textOf(login.then((user) => `signed in ${user?.sub}`)).then((text) => (outcome = text));
};
document.body.append(button);

// `everythingReadable` looks here.
Object.defineProperty(window, 'vaultPage', { value: { session } });
Object.defineProperty(window, 'oauthVaultPage', {
  value: {
    session,
    auth,
    get completed() {
      return completed;
    },
    get outcome() {
      return outcome;
    },
    send: (count = 1, path = '/me') =>
      Promise.all(Array.from({ length: count }, () => textOf(request(path)))),
    silent: () => textOf(session.login(silentFrame()).then((user) => `signed in ${user?.sub}`)),
  } satisfies OAuthVaultPage,
});
