import { isError } from '../errors/errorKind.ts';
import { exchange, type Outlet } from './exchange.ts';
import { holdLock, whenReleased } from './locks.ts';
import type { Reply, Welcome } from './protocol.ts';

/** A worker that serves a vault, or a port to one. */
export type VaultWorker = Worker | SharedWorker | MessagePort;

/** The line to one worker, until the worker dies. */
export interface Line extends Outlet {
  /** Resolves when the worker has answered. */
  readonly welcome: Promise<Welcome>;
  close(this: void, reason: string): void;
}

/** How long a worker may take to start, in milliseconds. */
const startTime = 30_000;

const notLoaded =
  'did not load: check its address, and `worker-src` of the Content-Security-Policy of the page';

/** @param onEnd - called at the end of the line, and told whether a worker that had started has died */
export function openLine(worker: VaultWorker, onEnd: (hasDied: boolean) => void): Line {
  const leaving = new AbortController();
  const port = 'port' in worker ? worker.port : worker;
  const receivers: Outlet['receivers'] = new Map();
  let lastId = 0;
  const outlet: Outlet = { port, receivers, nextId: () => (lastId += 1) };
  const close = (reason: string, hasDied = false) => {
    if (leaving.signal.aborted) return;
    clearTimeout(timer);
    leaving.abort();
    // By these words, the session and ky recognise a network failure.
    const error = { name: 'TypeError', message: `Failed to fetch: the worker of the vault ${reason}` };
    for (const [id, receive] of receivers) receive({ id, error });
    if ('terminate' in worker) worker.terminate();
    onEnd(hasDied);
  };
  const timer = setTimeout(close, startTime, `has not answered within ${startTime} ms`);
  port.onmessage = ({ data }: MessageEvent<Reply<never>>) => receivers.get(data.id)?.(data);
  // Only a worker that does not start is told of here: a running one handles its errors itself.
  worker.addEventListener('error', (event: Event) => {
    close('message' in event ? `failed: ${String(event.message)}` : notLoaded);
  });
  const welcome = holdLock(leaving.signal).then(async (lock) => {
    const found = await exchange(outlet, 'hello', { lock }).answer;
    clearTimeout(timer);
    if (found.lock !== null) whenReleased(found.lock, () => close('has stopped', true), leaving.signal);
    return found;
  });
  welcome.catch((error: unknown) => close(`failed: ${isError(error) ? error.message : ''}`));
  return { ...outlet, welcome, close };
}
