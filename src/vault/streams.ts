/**
 * Streams through message ports. The platform's own transferable streams work in the same way, but not every browser has
 * them, and none tells the sender that the page of the receiver was closed.
 */

/** How many chunks the sender may be ahead of the receiver, so that a short body needs no message back. */
const ahead = 2;

/** Sends a stream through a new port, and returns the port of the receiver. */
export function sendStream(stream: ReadableStream<Uint8Array>): MessagePort {
  const { port1: port, port2: receiver } = new MessageChannel();
  const reader = stream.getReader();
  let room = ahead;
  let sending: Promise<void> | null = null;

  async function send(): Promise<void> {
    try {
      for (; room > 0; room -= 1) {
        const { done, value } = await reader.read();
        if (done) {
          port.postMessage(null);
          return;
        }
        // A copy: the chunk may be a part of a larger buffer, or belong to the caller.
        const chunk = value.slice();
        port.postMessage(chunk, [chunk.buffer]);
      }
      sending = null;
    } catch (error) {
      port.postMessage(String(error));
    }
  }

  port.onmessage = ({ data }: MessageEvent<'more' | 'stop'>) => {
    if (data === 'stop') {
      reader.cancel().catch(() => undefined);
      port.close();
      return;
    }
    room += 1;
    sending ??= send();
  };
  sending = send();
  return receiver;
}

/** A stream that arrives through a port. */
export interface Incoming {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Ends the stream with an error, and tells the sender to stop. */
  fail(this: void, reason: unknown): void;
}

/** @param onEnd - called once, when the stream has ended in any way */
export function receiveStream(port: MessagePort, onEnd: () => void): Incoming {
  let fail: (reason: unknown) => void = () => undefined;
  const end = () => {
    fail = () => undefined;
    port.close();
    onEnd();
  };
  const stop = () => {
    port.postMessage('stop');
    end();
  };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      fail = (reason) => {
        controller.error(reason);
        stop();
      };
      port.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer> | string | null>) => {
        if (data instanceof Uint8Array) {
          controller.enqueue(data);
          return;
        }
        if (data === null) controller.close();
        else controller.error(new TypeError(data));
        end();
      };
    },
    pull: () => port.postMessage('more'),
    cancel: stop,
  });
  return { stream, fail: (reason) => fail(reason) };
}
