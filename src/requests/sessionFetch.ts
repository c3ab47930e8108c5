import type { Auth, Ticket } from './admission.ts';
import type { Gate, SendRequest } from './gate.ts';
import type { Outgoing } from './lifeline.ts';
import { isThenable } from '../platform/thenable.ts';
import { toRequest } from '../platform/toRequest.ts';
import { boolean, check } from '../errors/checks.ts';
import { isStream, keepSpare, rewindable, type Keeping, type Spare } from './spare.ts';

/** What the session is told of one request. */
export interface RequestContext {
  /** Whether the request must have a session, takes one where there is one, or goes without. Default is `'optional'`. */
  auth?: Auth;
  /**
   * Whether a body may be kept until the answer has come, so that the request can be sent again when its access token
   * is refused. Of a stream no more than 1 MiB is kept. What was not kept rejects with `RequestNotReplayableError` in
   * that case, when the refresh is over. Default is `true`.
   */
  replay?: boolean;
}

/** `fetch` with one thing more: `context`, as in ky. */
export type SessionFetch = (
  input: string | URL | Request,
  init?: (RequestInit & { context?: RequestContext | null }) | null,
) => Promise<Response>;

/**
 * The door for whatever takes a `fetch`. To the letter: no retry, no timeout, no throw on a status.
 */
export function createSessionFetch(gate: Gate, base: typeof fetch, baseUrl: string): SessionFetch {
  return async (input, init) => {
    // `null` too is no `init` (Web IDL, dictionaries): some clients pass it.
    const { context, ...rest } = init ?? {};
    const ticket = gate.ticket(context?.auth);
    const isAllowed = check('context.replay', context?.replay ?? true, boolean);
    const stream = isAllowed && isStream(rest.body) ? rewindable(rest.body) : null;
    const made = toRequest(input, stream === null ? rest : { ...rest, body: stream.open() }, baseUrl);
    const request = isThenable(made) ? await made : made;
    const extras = notOfRequest(rest);
    const outgoing = { request, signals: [rest.signal ?? request.signal], source: input };
    const send: SendRequest = (attempt, under) => base(attempt, { ...extras, ...under });
    try {
      const isOurs = gate.concerns(ticket, request);
      if (!isOurs) stream?.forget();
      return await (isOurs
        ? exchange(gate, ticket, outgoing, { stream, isAllowed }, send)
        : gate.pass(outgoing, send));
    } catch (error) {
      stream?.cancel(error);
      throw error;
    } finally {
      stream?.forget();
    }
  };
}

async function exchange(
  gate: Gate,
  ticket: Ticket,
  outgoing: Outgoing,
  keeping: Keeping,
  send: SendRequest,
): Promise<Response> {
  const { signal } = outgoing.request;
  let { request } = outgoing;
  const kept: { spare: Spare | null } = { spare: null };
  const keep = () => {
    kept.spare ??= keepSpare(request, keeping);
  };
  for (;;) {
    const response = await gate.send(ticket, { ...outgoing, request, keep }, send);
    try {
      const isDone = (await gate.judge(ticket, response, signal)) === 'done';
      if (isDone || kept.spare === null) return response;
      request = replayOf(gate, ticket, kept.spare);
    } catch (error) {
      void response.body?.cancel().catch(() => undefined);
      throw error;
    }
    void response.body?.cancel().catch(() => undefined);
  }
}

/** The request that is sent in place of one that was refused. */
export function replayOf(gate: Gate, ticket: Ticket, spare: Spare): Request {
  try {
    return spare();
  } catch (error) {
    throw gate.refused(ticket, error);
  }
}

/** What a `Request` carries itself; given once more it would undo what the session put on it. */
const requestMembers = new Set([
  'body',
  'cache',
  'credentials',
  'duplex',
  'headers',
  'integrity',
  'keepalive',
  'method',
  'mode',
  'priority',
  'redirect',
  'referrer',
  'referrerPolicy',
  'signal',
  'window',
]);

/** What a platform's own `fetch` may know beyond a `Request` (Node's `dispatcher`, a framework's `next`). */
function notOfRequest(init: RequestInit): RequestInit {
  const extras = Object.entries(init).filter(([name]) => !requestMembers.has(name));
  return Object.fromEntries(extras);
}
