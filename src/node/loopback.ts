import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { check, expectMembers, object, text } from '../errors/checks.ts';
import { InvalidOptionError } from '../errors/errors.ts';
import type { AuthorizationParameters, CodeFlow } from '../oauth/codeFlow.ts';
import type { ProviderCall } from '../oauth/providerCall.ts';
import type { OAuthUser } from '../oauth/windowSignIn.ts';
import { untilAborted } from '../platform/abort.ts';
import type { Grant } from '../server/contract.ts';

/** Options of {@link loopback}. */
export interface LoopbackOptions extends AuthorizationParameters {
  /** Opens the address in the user's browser. If it throws an error or rejects, the sign-in fails. */
  readonly open: (url: string) => unknown;
  /** The path of the redirect URI that is registered at the provider. Default is `'/callback'`. */
  readonly path?: string;
  /** The text of the page that the user sees afterwards. Default is "You have signed in. You can close this page." */
  readonly text?: string;
}

/** What a sign-in with {@link loopback} uses. */
export interface LoopbackCall<User = OAuthUser> extends ProviderCall {
  readonly codeFlow: CodeFlow<User>;
}

/** A way to sign in, for `session.login`. Created by {@link loopback}. */
export interface LoopbackSignIn {
  readonly run: <User>(call: LoopbackCall<User>) => Promise<Grant<User>>;
}

/**
 * Signs in a command-line tool or a desktop application with the user's browser (RFC 8252, section 7.3): it waits on a free port
 * of this machine for the response of the provider. Register the redirect URI `http://127.0.0.1/callback` for a native
 * application; the provider must allow any port. A response with another `state` is refused and ends nothing.
 *
 * `session.login` rejects with a `LoginFailedError` if the provider refuses. Its `cause` is an `AuthorizationError`, for example
 * with `access_denied`. To stop waiting, abort the `signal` of `session.login`. The server ends in every case.
 *
 * @throws {InvalidOptionError} `open` is not a function, or `path` does not begin with `/`
 *
 * @example
 * ```ts
 * import { execFile } from 'node:child_process';
 * import { createSession } from 'sessionchart';
 * import { fileStore, loopback } from 'sessionchart/node';
 * import { oauth } from 'sessionchart/oauth';
 *
 * const auth = oauth({ issuer: 'https://id.example.com', clientId: 'my-tool', scope: 'openid offline_access' });
 * const session = createSession({
 *   baseUrl: 'https://api.example.com',
 *   ...auth.options,
 *   store: fileStore({ appName: 'my-tool' }),
 * });
 *
 * // On Linux. macOS has `open`, and the package `open` knows all systems.
 * await session.login(loopback({ open: (url) => execFile('xdg-open', [url]) }));
 * ```
 */
export function loopback(options: LoopbackOptions): LoopbackSignIn {
  check('options', options, object);
  expectMembers('options', options, ['open']);
  const { open, path = '/callback', text: message, ...parameters } = options;
  if (!path.startsWith('/')) throw new InvalidOptionError('path', 'a path that begins with `/`', 'none');
  const page = check('text', message ?? 'You have signed in. You can close this page.', text);
  return {
    async run({ codeFlow, ...call }) {
      const server = createServer();
      try {
        const origin = await listen(server, call.signal);
        const { url, signIn } = await codeFlow.begin(call, parameters, { redirectUri: origin + path });
        const response = untilAborted(receive(server, signIn, page), call.signal);
        const opened = Promise.resolve(url).then(open);
        // A browser that the tool has started may run for hours.
        return await codeFlow.exchange(
          call,
          signIn,
          await Promise.race([response, opened.then(() => response)]),
        );
      } finally {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

async function listen(server: Server, signal: AbortSignal): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening', { signal });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Resolves with the provider's response, once the browser has got the page. */
function receive(
  server: Server,
  { state, redirectUri }: { readonly state: string; readonly redirectUri: string },
  page: string,
): Promise<URLSearchParams> {
  return new Promise((resolve) => {
    server.on('request', ({ method, url = '' }: IncomingMessage, response: ServerResponse) => {
      const address = new URL(url, redirectUri);
      const isCallback = method === 'GET' && address.pathname === new URL(redirectUri).pathname;
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.setHeader('connection', 'close');
      const { searchParams } = address;
      if (!isCallback) response.writeHead(404).end('Not found');
      else if (searchParams.get('state') !== state)
        response.writeHead(400).end('This sign-in is not under way.');
      else {
        const isRefused = searchParams.has('error');
        response.end(isRefused ? 'The sign-in was refused. You can close this page.' : page, () => {
          resolve(searchParams);
        });
      }
    });
  });
}
