import { AlreadyAuthenticatedError } from '../errors/errors.ts';
import { expectFunctions, readSignal } from '../errors/checks.ts';
import { throwIfAborted, untilAborted, type EndSignal } from '../platform/abort.ts';
import { randomId } from '../platform/randomId.ts';
import { expectOpen } from '../requests/closed.ts';
import type { Session } from './session.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';
import type { PendingLogin } from './signIn.ts';
import type { StoreWatcher } from './storeWatcher.ts';

interface LoginParts<User, Login> {
  readonly settings: Pick<Settings<User, Login>, 'server'>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
}

interface LoginChecks {
  readonly ready: () => Promise<void>;
  readonly storeWatcher: Pick<StoreWatcher, 'checkBeforeRequest'>;
}

/** Creates `login()`. The caller's promise and credentials stay in `pending`, for the machine to ask for. */
export function createLogin<User, Login>(
  { settings, disposal }: LoginParts<User, Login>,
  actor: SessionActor,
  { ready, storeWatcher }: LoginChecks,
  pending: Map<string, PendingLogin<User, Login>>,
): Session<User, Login>['login'] {
  return async (credentials, { signal: foreign } = {}) => {
    expectOpen(disposal, actor);
    const signal = readSignal('signal', foreign);
    const inTime = <Result>(waiting: Promise<Result>) =>
      signal === null ? waiting : untilAborted(waiting, signal);
    expectFunctions('server', settings.server, ['login']);
    // The store may hold an open session.
    if (actor.getSnapshot().hasTag('restoring')) await inTime(ready());
    const checking = storeWatcher.checkBeforeRequest();
    if (checking !== null) await inTime(checking);
    expectOpen(disposal, actor);
    throwIfAborted(signal);
    const loginId = randomId();
    return new Promise((resolve, reject) => {
      pending.set(loginId, { credentials, signal, resolve, reject });
      actor.send({ type: 'session.login', loginId });
      // A state that cannot sign in ignores the event: the credentials are still here.
      queueMicrotask(() => {
        if (pending.delete(loginId)) reject(new AlreadyAuthenticatedError());
      });
    });
  };
}
