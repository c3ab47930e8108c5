import type { Answers, Messages, Part, Reply } from './protocol.ts';

/** A message to the worker, and what the worker answers. */
export interface Exchange<Answer> {
  /** The first answer. Rejects if the worker cannot answer, or dies, or with the reason of the signal. */
  readonly answer: Promise<Answer>;
  /** Asks for the next part of the body whose beginning was in the first answer. */
  more(this: void): Promise<Part>;
  /** Stops listening, and tells the worker to stop. */
  end(this: void): void;
}

export interface ExchangeOptions {
  readonly signal?: AbortSignal | null;
  readonly transfer?: Transferable[];
  /** Called when the exchange fails, even if nothing waits for an answer. */
  readonly onFailure?: (reason: unknown) => void;
}

/** Where messages go, and what receives the replies, by the id of the exchange. */
export interface Outlet {
  readonly port: Pick<MessagePort, 'postMessage'>;
  readonly receivers: Map<number, (reply: Reply<never>) => void>;
  nextId(this: void): number;
}

/** Sends a message. */
export function exchange<User, Kind extends keyof Messages>(
  { port, receivers, nextId }: Outlet,
  kind: Kind,
  message: Messages<User>[Kind],
  { signal = null, transfer = [], onFailure }: ExchangeOptions = {},
): Exchange<Answers<User>[Kind]> {
  const id = nextId();
  let reject = (_: unknown): void => undefined;
  const leave = () => {
    receivers.delete(id);
    signal?.removeEventListener('abort', abort);
  };
  const fail = (reason: unknown) => {
    leave();
    onFailure?.(reason);
    reject(reason);
  };
  const end = () => {
    port.postMessage({ id, kind: 'end' });
    leave();
  };
  const abort = () => {
    end();
    fail(signal?.reason);
  };
  const send = <Answer>(sent: object, moved: Transferable[] = []) =>
    new Promise<Answer>((resolve, rejectWith) => {
      signal?.throwIfAborted();
      reject = rejectWith;
      // Throws if a value cannot be cloned, for example a function among the credentials.
      port.postMessage({ ...sent, id }, moved);
      receivers.set(id, (reply) => {
        if ('error' in reply) {
          fail(errorOf(reply.error));
          return;
        }
        if (reply.done) leave();
        resolve(reply.value);
      });
      signal?.addEventListener('abort', abort);
    });
  const answer = send<Answers<User>[Kind]>({ ...message, kind }, transfer);
  // The caller may no longer wait for it.
  answer.catch(() => undefined);
  return { answer, more: () => send({ kind: 'more' }), end };
}

/** `fetch` fails with a `TypeError`. */
function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'TypeError' ? new TypeError(message) : Object.assign(new Error(message), { name });
}
