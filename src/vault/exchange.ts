import type { Answers, Messages, Reply } from './protocol.ts';

/** Where messages go, and what must be told if the worker dies. */
export interface Outlet {
  readonly port: Pick<MessagePort, 'postMessage'>;
  readonly pending: Set<(error: Error) => void>;
}

/** A message to the worker, and what the worker answers. */
export interface Exchange<Answer> {
  /** The first answer. Rejects if the worker cannot answer, or dies. */
  readonly answer: Promise<Answer>;
  /** Stops listening to answers. */
  leave(this: void): void;
  /** Tells the worker to stop, too. */
  end(this: void): void;
}

export interface ExchangeOptions {
  readonly transfer?: readonly Transferable[];
  /** Called with each answer. */
  readonly onAnswer?: () => void;
  /** Called when the worker cannot answer any longer. */
  readonly onFailure?: () => void;
}

/** Sends a message with a port for its answers. */
export function exchange<User, Kind extends keyof Messages>(
  { port, pending }: Outlet,
  kind: Kind,
  message: Messages<User>[Kind],
  { transfer = [], onAnswer, onFailure }: ExchangeOptions = {},
): Exchange<Answers<User>[Kind]> {
  const { port1: answers, port2: reply } = new MessageChannel();
  let fail = (_: Error): void => undefined;
  const leave = () => {
    pending.delete(fail);
    answers.close();
  };
  const answer = new Promise<Answers<User>[Kind]>((resolve, reject) => {
    fail = (error) => {
      leave();
      onFailure?.();
      reject(error);
    };
    answers.onmessage = ({ data }: MessageEvent<Reply<Answers<User>[Kind]>>) => {
      if ('error' in data) {
        fail(errorOf(data.error));
        return;
      }
      resolve(data.value);
      onAnswer?.();
    };
    pending.add(fail);
    // Throws if a value cannot be cloned, for example a function among the credentials.
    port.postMessage({ ...message, kind }, [reply, ...transfer]);
  });
  // The caller may no longer wait for it.
  answer.catch(() => undefined);
  return {
    answer,
    leave,
    end() {
      answers.postMessage('end');
      leave();
    },
  };
}

/** `fetch` fails with a `TypeError`. */
function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'TypeError' ? new TypeError(message) : Object.assign(new Error(message), { name });
}
