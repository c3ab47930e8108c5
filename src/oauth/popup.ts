import { atLeast, check, object } from '../errors/checks.ts';
import { untilAborted } from '../platform/abort.ts';
import type { Grant } from '../server/contract.ts';
import { AuthorizationError } from './authorizationError.ts';
import type { AuthorizationParameters } from './codeFlow.ts';
import { awaitResponse, windowState } from './handOver.ts';
import type { WindowSignIn } from './signIn.ts';
import type { WindowSignInCall } from './windowSignIn.ts';

/** Options of {@link popup}. */
export interface PopupOptions extends AuthorizationParameters {
  /** The width of the window, in pixels (1 or more). Default is 480. */
  readonly width?: number;
  /** The height of the window, in pixels (1 or more). Default is 640. */
  readonly height?: number;
}

/** Options of {@link silentFrame}. */
export interface SilentFrameOptions extends Omit<AuthorizationParameters, 'prompt'> {
  /** How long the provider may take to respond, in milliseconds (1 or more). Default is 10000 (10 seconds). */
  readonly timeout?: number;
}

/** A window in which the user signs in. */
interface SignInWindow {
  readonly show: (url: string) => void;
  /** Calls back when no response can come any more. Returns a function that stops that. */
  readonly whenOver: (fail: (error: AuthorizationError) => void) => () => void;
  readonly close: () => void;
}

/** How often to look whether the user has closed the popup, in milliseconds. */
const interval = 250;

/**
 * Signs in in a popup. The page stays, and so do its requests in flight. Call `session.login(popup())` directly in the handler
 * of a click, before any `await`: browsers block a window that opens later. The page of `redirectUri` calls `complete()` as
 * after a redirect; in a popup, that hands the response over and closes the window.
 *
 * `login()` rejects with `LoginFailedError`. Its `serverCode` is `popup_blocked`, `popup_closed`, or the provider's code
 * (`access_denied`), and its `cause` is the {@link AuthorizationError}. When its `signal` is aborted, the window is closed.
 *
 * A provider with `Cross-Origin-Opener-Policy` hides from the page whether its window is closed. The page then takes the window
 * for closed as soon as it has the focus again.
 *
 * @throws {InvalidOptionError} an option is not valid
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { oauth, popup } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'shop', redirectUri: '/callback' });
 * const session = createSession({ baseUrl: 'https://api.example.com', ...auth.options });
 *
 * document.querySelector('#sign-in')?.addEventListener('click', () => {
 *   session.login(popup({ loginHint: 'ada@example.com' })).catch((error: unknown) => console.warn(error));
 * });
 * ```
 */
export function popup(options: PopupOptions = {}): WindowSignIn {
  check('options', options, object);
  const { width = 480, height = 640, ...parameters } = options;
  check('width', width, atLeast(1));
  check('height', height, atLeast(1));
  return {
    run(call) {
      const left = screenX + (outerWidth - width) / 2;
      const top = screenY + (outerHeight - height) / 2;
      const features = `popup,width=${width},height=${height},left=${left},top=${top}`;
      // The same window for a second click. Before any `await`: browsers open a window only during a click.
      const opened = open('', 'sessionchart', features);
      if (opened === null)
        return Promise.reject(new AuthorizationError('popup_blocked', 'The browser has blocked the popup'));
      opened.focus();
      // A severed window seems closed as well, and has the focus while the user signs in.
      const isClosed = () => opened.closed && document.hasFocus();
      return signInIn(call, parameters, {
        show: (url) => opened.location.replace(url),
        whenOver(fail) {
          const closed = () => fail(new AuthorizationError('popup_closed', 'The user has closed the popup'));
          const timer = setInterval(() => isClosed() && closed(), interval);
          return () => clearInterval(timer);
        },
        close: () => opened.close(),
      });
    },
  };
}

/**
 * Signs in without a word to the user, in a hidden frame with `prompt=none`, if the user is still signed in at the provider.
 * `complete()` on the page of `redirectUri` hands the response over, as in a popup. Use it only where no refresh token is
 * granted or none is left: Safari, Firefox and private windows of Chrome keep the provider's cookies from a frame on another
 * site, and it then responds `login_required`.
 *
 * `login()` rejects with `LoginFailedError`. Its `serverCode` is the provider's code (`login_required`, `consent_required`:
 * OpenID Connect Core, section 3.1.2.6), or `frame_timeout`: the provider does not respond, or allows no frame.
 *
 * @throws {InvalidOptionError} an option is not valid
 *
 * @example
 * ```ts
 * import { createSession } from 'sessionchart';
 * import { oauth, silentFrame } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'shop', redirectUri: '/callback' });
 * const session = createSession({ baseUrl: 'https://api.example.com', ...auth.options });
 *
 * await session.ready();
 * if (!session.getSnapshot().isSignedIn) {
 *   await session.login(silentFrame()).catch(() => console.log('Show the sign-in page'));
 * }
 * ```
 */
export function silentFrame(options: SilentFrameOptions = {}): WindowSignIn {
  check('options', options, object);
  const { timeout = 10_000, ...parameters } = options;
  check('timeout', timeout, atLeast(1));
  return {
    run(call) {
      const frame = document.createElement('iframe');
      frame.hidden = true;
      return signInIn(
        call,
        { ...parameters, prompt: 'none' },
        {
          show(url) {
            frame.src = url;
            document.body.append(frame);
          },
          whenOver(fail) {
            const late = () =>
              fail(new AuthorizationError('frame_timeout', `No response in the frame within ${timeout} ms`));
            const timer = setTimeout(late, timeout);
            return () => clearTimeout(timer);
          },
          close: () => frame.remove(),
        },
      );
    },
  };
}

async function signInIn<User>(
  { begin, signal }: WindowSignInCall<User>,
  parameters: AuthorizationParameters,
  { show, whenOver, close }: SignInWindow,
): Promise<Grant<User>> {
  const state = windowState();
  const { response, stop } = awaitResponse(state);
  let stopWatching = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    stopWatching = whenOver(reject);
  });
  const unlessOver = <Result>(step: Promise<Result>) => untilAborted(Promise.race([step, over]), signal);

  async function askUser() {
    try {
      const { url, exchange } = await unlessOver(begin(parameters, state));
      show(url);
      return { exchange, found: await unlessOver(response) };
    } finally {
      stopWatching();
      stop();
      close();
    }
  }

  const { exchange, found } = await askUser();
  return exchange(found);
}
