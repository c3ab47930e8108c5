import { isError } from '../errors/errorKind.ts';
import { exchange, type Outlet } from './exchange.ts';
import { holdLock, whenReleased } from './locks.ts';
import type { Welcome } from './protocol.ts';

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
  const outlet: Outlet = { port: 'port' in worker ? worker.port : worker, pending: new Set() };
  const close = (reason: string, hasDied = false) => {
    if (leaving.signal.aborted) return;
    clearTimeout(timer);
    leaving.abort();
    // By these words, the session and ky recognise a network failure.
    const error = new TypeError(`Failed to fetch: the worker of the vault ${reason}`);
    for (const fail of outlet.pending) fail(error);
    if ('terminate' in worker) worker.terminate();
    onEnd(hasDied);
  };
  const timer = setTimeout(close, startTime, `has not answered within ${startTime} ms`);
  // Only a worker that does not start is told of here: a running one handles its errors itself.
  worker.addEventListener('error', (event: Event) => {
    close('message' in event ? `failed: ${String(event.message)}` : notLoaded);
  });
  const welcome = holdLock(leaving.signal).then(async (lock) => {
    const found = await exchange(outlet, 'hello', { lock }).answer;
    clearTimeout(timer);
    if (found.lock !== null) whenReleased(found.lock, leaving.signal, () => close('has stopped', true));
    return found;
  });
  welcome.catch((error: unknown) => close(`failed: ${isError(error) ? error.message : ''}`));
  return { ...outlet, welcome, close };
}
