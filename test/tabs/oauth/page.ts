import {
  createSession,
  isLoginFailedError,
  sessionErrorOf,
  webStorageStore,
  type HoldOptions,
  type Session,
  type SessionEmitted,
} from '../../../src/index.ts';
import {
  dpop,
  isAuthorizationError,
  oauth,
  popup,
  silentFrame,
  type OAuth,
  type OAuthUser,
  type PopupOptions,
  type RedirectOptions,
  type SignIn,
  type SilentFrameOptions,
} from '../../../src/oauth/index.ts';
import { observeProtocol, observeRequests } from '../../../src/observe/index.ts';
import { showDevtools } from './devtools.tsx';

/** What a test chooses. It is set before the page loads, in popups and frames too. */
export interface PageOptions {
  readonly issuer: string;
  readonly api: string;
  readonly dpop: boolean;
  readonly endsAtProvider: boolean;
  readonly hold: HoldOptions;
}

/** The functions of a page for tests. All of them use the library like an application. */
export interface OAuthPage {
  readonly session: Session<OAuthUser, SignIn>;
  readonly auth: OAuth<OAuthUser>;
  /** What `complete()` has rejected with on the callback page, as {@link errorText}. */
  readonly failure: string | null;
  /** Everything that listeners of this page were given, as JSON. */
  readonly overheard: readonly string[];
  readonly facts: readonly SessionEmitted[];
  signIn(options: RedirectOptions): Promise<void>;
  /** Signs in in a popup, during a click of the button `Sign in`. `outcome` becomes the user, or the error. */
  whenClicked(options: PopupOptions, timeout?: number): void;
  silent(options: SilentFrameOptions): Promise<string>;
  readonly outcome: string | null;
  /** Whether the popup was opened before the handler of the click returned. */
  readonly wasOpenedAtOnce: boolean;
  abort(): void;
  /** Renders the devtools, with all details open. */
  showDevtools(): Promise<void>;
  /** Sends requests at the same time. Returns the status and the body of each response, or the code of its error. */
  send(count: number, path?: string): Promise<readonly string[]>;
  /** Sends one request, and adds its outcome to `outcomes` later. */
  start(path: string): void;
  readonly outcomes: readonly string[];
}

declare global {
  interface Window {
    readonly pageOptions: PageOptions;
    readonly oauthPage: OAuthPage;
  }
}

const options = window.pageOptions;
const overheard: string[] = [];
const overhear = (what: unknown) => void overheard.push(JSON.stringify([what]));

const auth = oauth({
  issuer: options.issuer,
  clientId: 'spa',
  redirectUri: '/callback',
  scope: 'openid email offline_access',
  resource: options.api,
  ...(options.dpop && { dpop: dpop() }),
  ...(options.endsAtProvider && { postLogoutRedirectUri: '/' }),
});
const session = createSession({
  baseUrl: options.api,
  ...auth.options,
  store: webStorageStore(() => localStorage),
  refresh: { cooldown: 0 },
  hold: options.hold,
  inspect: (event) => {
    if (event.type === '@xstate.event') overhear(event.event);
    if (event.type === '@xstate.snapshot') overhear(event.snapshot);
  },
});
const facts: SessionEmitted[] = [];
session.on('*', (fact) => void facts.push(fact));
session.on('*', overhear);
session.subscribe(overhear);
observeRequests(session).subscribe(overhear);
observeProtocol(auth).subscribe(overhear);
new BroadcastChannel(`sessionchart:local:session@${new URL(options.issuer).href}`).addEventListener(
  'message',
  ({ data }) => overhear(data),
);

/** The codes of an error and of its causes, and everything that it says. */
function errorText(error: unknown): string {
  overhear([String(error), error, error instanceof Error && [error.stack, String(error.cause), error.cause]]);
  const { code = String(error) } = sessionErrorOf(error) ?? {};
  const details = isAuthorizationError(error)
    ? error.error
    : isLoginFailedError(error)
      ? [error.serverCode, error.verdict, isAuthorizationError(error.cause) && error.cause.error].join(' ')
      : '';
  return `${code} ${details}`.trim();
}

const textOf = (outcome: Promise<string>) => outcome.catch(errorText);

async function request(path: string): Promise<string> {
  const response = await session.fetch(path);
  const { sub, scheme } = (await response.json()) as { sub?: string; scheme?: string };
  return `${response.status} ${sub} ${scheme}`;
}

let failure: string | null = null;
let outcome: string | null = null;
let wasOpenedAtOnce = false;
let controller = new AbortController();
const outcomes: string[] = [];

// A test may keep the response for later.
if (location.pathname === '/callback' && sessionStorage.getItem('isStopped') === null) {
  // React's StrictMode calls twice.
  const both = Promise.all([auth.complete(session), auth.complete(session)]);
  both.then(
    ([{ returnTo }]) => location.replace(returnTo),
    (error: unknown) => (failure = errorText(error)),
  );
}

function follow(login: Promise<OAuthUser | null>): void {
  void textOf(login.then((user) => `signed in ${user?.sub}`)).then((text) => (outcome = text));
}

const button = document.createElement('button');
button.textContent = 'Sign in';
document.body.append(button);

Object.defineProperty(window, 'oauthPage', {
  value: {
    session,
    auth,
    facts,
    overheard,
    outcomes,
    get failure() {
      return failure;
    },
    get outcome() {
      return outcome;
    },
    get wasOpenedAtOnce() {
      return wasOpenedAtOnce;
    },
    signIn: (given) => auth.signIn(given),
    whenClicked(given) {
      button.onclick = () => {
        outcome = null;
        controller = new AbortController();
        const open = window.open.bind(window);
        let opened = 0;
        window.open = (...parameters) => {
          opened += 1;
          return open(...parameters);
        };
        const login = session.login(popup(given), { signal: controller.signal });
        wasOpenedAtOnce = opened === 1;
        window.open = open;
        follow(login);
      };
    },
    silent: (given) => textOf(session.login(silentFrame(given)).then((user) => `signed in ${user?.sub}`)),
    showDevtools: () => showDevtools(session, auth),
    abort: () => controller.abort(new Error('The user changed her mind')),
    send: (count, path = '/me') => Promise.all(Array.from({ length: count }, () => textOf(request(path)))),
    start(path) {
      void textOf(request(path)).then((text) => outcomes.push(text));
    },
  } satisfies OAuthPage,
});
