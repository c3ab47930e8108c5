import { boolean, check } from '../errors/checks.ts';
import { RequestNotReplayableError } from '../errors/errors.ts';
import type { Outgoing } from './outgoing.ts';

/** Creates the request of a replay. */
export type Spare = () => Outgoing;

/** What to keep of a body: a stream that can be reopened, or nothing if the caller does not allow it. */
export interface Keeping {
  readonly stream: Rewindable | null;
  /** Whether the caller allows that the body is kept. */
  readonly isAllowed: boolean;
}

/** @param replay - the caller's `context.replay` */
export function readKeeping(body: unknown, replay: unknown): Keeping {
  const isAllowed = check('context.replay', replay ?? true, boolean);
  return { isAllowed, stream: isAllowed && isStream(body) ? rewindable(body) : null };
}

/**
 * Keeps what a replay needs, since a body can be read only once. Call this before the request is sent.
 *
 * @throws {RequestNotReplayableError} the body has been read. The returned function also throws it if the body was not kept
 */
export function keepSpare(outgoing: Outgoing, { stream, isAllowed }: Keeping): Spare {
  const { input, init } = outgoing;
  const given = init.body ?? null;
  const isOfRequest = given === null && typeof input !== 'string' && input.body !== null;
  if (!isOfRequest && given === null) return () => outgoing;
  if (stream === null && isAllowed) return isOfRequest ? keepBody(outgoing, input) : () => outgoing;
  return () => {
    const body = stream?.open() ?? null;
    if (body === null) throw new RequestNotReplayableError(outgoing.method);
    const again: RequestInit & { duplex: 'half' } = { ...init, body, duplex: 'half' };
    return { ...outgoing, init: again };
  };
}

function keepBody(outgoing: Outgoing, request: Request): Spare {
  // `fetch` throws the error itself.
  if (request.bodyUsed) return () => outgoing;
  const kept = clone(request);
  return () => ({ ...outgoing, input: clone(kept) });
}

/** A copy with its own body. */
export function clone(request: Request): Request {
  try {
    return request.clone();
  } catch (error) {
    throw new RequestNotReplayableError(request.method, { cause: error });
  }
}

/** A stream that can be read again from its start, while only a short part of it has been sent. */
interface Rewindable {
  /** Returns the whole stream, or `null` if its start is no longer kept. */
  open(): ReadableStream<Uint8Array> | null;
  /** Stops keeping the stream, since it will not be sent again. */
  forget(this: void): void;
  /** Cancels the source, unless it is kept to be sent again. */
  cancel(this: void, reason?: unknown): void;
}

/** A longer stream is not kept (in bytes): a large upload would fill the memory. */
const mostKept = 1024 * 1024;

export function isStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof body === 'object' && body !== null && 'getReader' in body && 'tee' in body;
}

/** Keeps the start of a stream that is sent, so that a short one can be sent again. */
function rewindable(source: ReadableStream<Uint8Array>): Rewindable {
  const reader = source.getReader();
  let kept: Promise<ReadableStreamReadResult<Uint8Array>>[] | null = [];
  let bytes = 0;
  /** How often it was opened. `fetch` may cancel an earlier stream while a later one is sent. */
  let turns = 0;
  let cancelledTurn = -1;

  function read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const chunk = reader.read().then((result) => {
      bytes += result.value?.byteLength ?? 0;
      if (bytes > mostKept) kept = null;
      return result;
    });
    kept?.push(chunk);
    return chunk;
  }

  function cancel(reason?: unknown): void {
    cancelledTurn = turns;
    // The stream may be sent again, so the source must stay readable.
    if (kept === null) void reader.cancel(reason).catch(() => undefined);
  }

  return {
    open() {
      const turn = (turns += 1);
      let start = kept;
      let next = 0;
      const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
        const chunk = await (start?.[next] ?? read());
        next += 1;
        if (kept === null && next >= (start?.length ?? 0)) start = null;
        if (chunk.done) controller.close();
        else controller.enqueue(chunk.value);
      };
      const stop = (reason: unknown) => {
        if (turn === turns) cancel(reason);
      };
      return start === null ? null : new ReadableStream({ pull, cancel: stop }, { highWaterMark: 0 });
    },
    cancel,
    forget() {
      kept = null;
      if (cancelledTurn === turns) cancel();
    },
  };
}
