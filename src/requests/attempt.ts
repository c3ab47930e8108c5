import { redact } from '../errors/redact.ts';
import { reasonOf, untilAborted } from '../platform/abort.ts';
import { copyRequest } from '../platform/copyRequest.ts';
import { pinned } from '../platform/redirects.ts';
import type { ServerContract } from '../server/contract.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import { ofRequest, type Outgoing } from './outgoing.ts';

/** The arguments of `fetch` for one attempt. */
type Attempt = Pick<Outgoing, 'input' | 'init'>;

/** How a contract puts tokens on requests. */
type Authorization = Pick<ServerContract, 'authorize' | 'cookies'>;

/** What a request may carry of the session. */
export type Tokens = Pick<StoredSession<unknown>, 'accessToken' | 'secrets'>;

/** Whether a contract changes requests itself. */
export function isCustom({ authorize, cookies }: Authorization, accessToken: string | null): boolean {
  return accessToken === null ? cookies !== undefined : authorize !== undefined;
}

/** Adds the token to the `init` and not to the request, because the caller's `Request` object can appear in errors. */
export function withToken({ input, init, headers: given }: Outgoing, accessToken: string | null): Attempt {
  if (accessToken === null) return { input, init: { ...init, headers: given } };
  const headers = new Headers(given);
  headers.set('authorization', `Bearer ${accessToken}`);
  return { input, init: { ...init, headers } };
}

/** Lets the contract change a copy of the request. Prevents redirects that could carry a token to another origin. */
export async function withCustomRequest(
  server: Authorization,
  { input, init, headers: given }: Outgoing,
  tokens: Tokens | null,
  signal: AbortSignal,
): Promise<Attempt & { readonly isPinned: boolean }> {
  const request = new Request(input, { ...init, headers: given });
  const attempt =
    typeof tokens?.accessToken === 'string'
      ? await authorize(server, request, signal, [tokens.accessToken, tokens.secrets])
      : ((await server.cookies?.prepare(request, signal)) ?? request);
  // The contract's changes to the request take precedence over the caller's `init`.
  const { headers: _, body: __, credentials: ___, redirect: ____, ...rest } = ofRequest(attempt, init).init;
  return { input: attempt, init: rest, isPinned: attempt.redirect !== request.redirect };
}

async function authorize(
  server: Authorization,
  request: Request,
  signal: AbortSignal,
  tokens: [accessToken: string, secrets: Tokens['secrets']],
): Promise<Request> {
  const attempt = copyRequest(request, { signal, ...pinned(request) });
  try {
    await untilAborted(Promise.resolve(server.authorize?.(attempt, ...tokens)), signal);
  } catch (error) {
    // `Headers.set` would quote a rejected value, which is a token.
    throw signal.aborted ? reasonOf(signal) : redact(error, 'server.authorize');
  }
  return attempt;
}
