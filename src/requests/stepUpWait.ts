import { throwIfAborted, type EndSignal } from '../platform/abort.ts';
import type { SessionActor } from '../session/sessionActor.ts';
import type { RequestParts } from './sessionState.ts';

/**
 * Waits until the user has signed in again for the server (RFC 9470). Returns whether that has happened: `false` means that
 * your code cancelled it, that `hold.whileStepUp` is over, or that `hold.limit` requests are waiting already.
 *
 * @throws the reason of `signal`, as soon as it is aborted
 */
export type StepUpWait = (signal: EndSignal | null) => Promise<boolean>;

export function createStepUpWait({ actor, settings }: Pick<RequestParts, 'actor' | 'settings'>): StepUpWait {
  const { hold, environment } = settings;
  const { clock } = environment;
  let waiting = 0;

  return async (signal) => {
    const { stepUp, sessionId, signIns } = actor.getSnapshot().context;
    if (hold.whileStepUp === false || stepUp === null || waiting >= hold.limit) return false;
    const { promise: ended, end } = createEvent();
    const cancel = clock.schedule(end, hold.whileStepUp, true);
    const unsubscribe = whenAnswered(actor, end);
    signal?.addEventListener('abort', end);
    waiting += 1;
    await ended;
    waiting -= 1;
    cancel();
    unsubscribe();
    signal?.removeEventListener('abort', end);
    const after = actor.getSnapshot();
    // The last request to give up: a dialog of your application can close.
    if (waiting === 0 && after.status === 'active' && after.context.stepUp !== null)
      actor.send({ type: 'stepUp.cancelled', at: clock.now() });
    throwIfAborted(signal);
    return after.context.sessionId !== sessionId || after.context.signIns !== signIns;
  };
}

/** Calls back once no stronger sign-in is needed any more, or the machine has stopped. Returns an unsubscribe function. */
function whenAnswered(actor: SessionActor, end: () => void): () => void {
  const subscription = actor.subscribe({
    next: ({ context }) => {
      if (context.stepUp === null) end();
    },
    error: end,
    complete: end,
  });
  return () => subscription.unsubscribe();
}

function createEvent() {
  let end = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end: () => end() };
}
