import { isThenable } from '../platform/thenable.ts';
import { readFetchCall, type Outgoing } from './outgoing.ts';
import type { Auth, PendingRequest } from './pendingRequest.ts';
import type { RequestLayer } from './requestLayer.ts';
import { keepSpare, readKeeping, type Keeping, type Spare } from './spare.ts';

/** Options of the session for one request. */
export interface RequestContext {
  /** Whether the request requires a session, uses one if there is one, or uses none. Default is `'optional'`. */
  auth?: Auth;
  /**
   * Whether to keep the body until the response arrives, so that the request can be replayed if its access token is
   * refused. At most 1 MiB of a stream is kept. A request whose body was not kept then rejects with
   * `RequestNotReplayableError`, after the refresh. Default is `true`.
   */
  replay?: boolean;
}

/** `fetch` with the additional option `context`, as in ky. */
export type SessionFetch = (
  input: string | URL | Request,
  init?: (RequestInit & { context?: RequestContext | null }) | null,
) => Promise<Response>;

/**
 * Creates `session.fetch`, for clients that accept a `fetch`. Like `fetch`, it has no retries and no timeout, and does not
 * throw on a status.
 */
export function createSessionFetch(layer: RequestLayer, base: typeof fetch, baseUrl: string): SessionFetch {
  return async (input, init) => {
    // `null` counts as no `init` (Web IDL, dictionaries); some clients pass it.
    const { context, ...rest } = init ?? {};
    const pending = layer.begin(context?.auth);
    const keeping = readKeeping(rest.body, context?.replay);
    const { stream } = keeping;
    if (stream !== null) rest.body = stream.open();
    const made = readFetchCall(input, rest, baseUrl);
    const outgoing = isThenable(made) ? await made : made;
    try {
      if (layer.claim(pending, outgoing)) return await exchange(layer, pending, outgoing, keeping, base);
      stream?.forget();
      return await layer.sendUnchanged(outgoing, base);
    } catch (error) {
      stream?.cancel(error);
      throw error;
    } finally {
      stream?.forget();
    }
  };
}

async function exchange(
  layer: RequestLayer,
  pending: PendingRequest,
  first: Outgoing,
  keeping: Keeping,
  base: typeof fetch,
): Promise<Response> {
  const signal = first.signals.at(-1) ?? null;
  const kept: { spare: Spare | null } = { spare: null };
  const keep = () => {
    kept.spare ??= keepSpare(first, keeping);
  };
  let outgoing = first;
  // Requests that your code makes in the same tick are for the current user, so they are bound first.
  await Promise.resolve();
  for (;;) {
    const response = await layer.send(pending, outgoing, base, keep);
    try {
      const isRefused = await layer.judge(pending, response, signal);
      if (!isRefused || kept.spare === null) return response;
      outgoing = replayOf(layer, pending, kept.spare);
    } catch (error) {
      void response.body?.cancel().catch(() => undefined);
      throw error;
    }
    void response.body?.cancel().catch(() => undefined);
  }
}

/** Creates the replay of a refused request. */
export function replayOf({ fail }: RequestLayer, pending: PendingRequest, spare: Spare): Outgoing {
  try {
    return spare();
  } catch (error) {
    throw fail(pending, error);
  }
}
