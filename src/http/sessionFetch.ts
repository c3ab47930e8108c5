import type { Auth, Ticket } from './admission.ts';
import type { Gate, SendRequest } from './gate.ts';
import type { Outgoing } from './lifeline.ts';
import { isThenable } from '../thenable.ts';
import { toRequest } from './toRequest.ts';
import { RequestNotReplayableError } from '../errors.ts';

/** `fetch` with one thing more: `context.auth`, as in ky. */
export type SessionFetch = (
  input: string | URL | Request,
  init?: (RequestInit & { context?: { auth?: Auth } | null }) | null,
) => Promise<Response>;

/**
 * The door for whatever takes a `fetch`. To the letter: no retry, no timeout, no throw on a status.
 */
export function createSessionFetch(gate: Gate, base: typeof fetch, baseUrl: string): SessionFetch {
  return async (input, init) => {
    // `null` too is no `init` (Web IDL, dictionaries): some clients pass it.
    const { context, ...rest } = init ?? {};
    const ticket = gate.ticket(context?.auth);
    const made = toRequest(input, rest, baseUrl);
    const request = isThenable(made) ? await made : made;
    const extras = notOfRequest(rest);
    const outgoing = { request, signals: [rest.signal ?? request.signal], source: input };
    const send: SendRequest = (attempt, under) => base(attempt, { ...extras, ...under });
    return gate.concerns(ticket, request)
      ? exchange(gate, ticket, outgoing, send)
      : gate.pass(outgoing, send);
  };
}

async function exchange(
  gate: Gate,
  ticket: Ticket,
  { request: first, ...others }: Outgoing,
  send: SendRequest,
): Promise<Response> {
  const { signal } = first;
  let request = first;
  for (;;) {
    // A body can be read once: what may have to be sent again is kept aside.
    const spare = request.body === null ? request : clone(request);
    const response = await gate.send(ticket, { request, ...others }, send);
    try {
      if ((await gate.judge(ticket, response, signal)) === 'done') return response;
    } catch (error) {
      void response.body?.cancel().catch(() => undefined);
      throw error;
    }
    void response.body?.cancel().catch(() => undefined);
    request = spare;
  }
}

/** Keeps a copy for a replay. */
export function clone(request: Request): Request {
  try {
    return request.clone();
  } catch (error) {
    throw new RequestNotReplayableError(request.method, { cause: error });
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
