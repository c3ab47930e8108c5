import { AlreadyAuthenticatedError, InvalidOptionError } from '../errors/errors.ts';
import { boolean, check, expectMembers, readSignal } from '../errors/checks.ts';
import { throwIfAborted, untilAborted, type EndSignal } from '../platform/abort.ts';
import { expectOpen } from '../requests/sessionState.ts';
import type { SessionStore } from '../store/sessionStore.ts';
import type { Session } from './session.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';
import type { StoreWatcher } from './storeWatcher.ts';

interface LoginParts<User, Login> {
  readonly settings: Pick<Settings<User, Login>, 'server' | 'store'>;
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
  pending: PendingSignIns<User, Login>,
): Session<User, Login>['login'] {
  let logins = 0;
  return async (credentials, { signal: foreign, remember = true } = {}) => {
    expectOpen(disposal, actor);
    const signal = readSignal('signal', foreign);
    expectMemory(settings.store, remember);
    const inTime = <Result>(waiting: Promise<Result>) =>
      signal === null ? waiting : untilAborted(waiting, signal);
    expectMembers('server', settings.server, ['login']);
    // The store may hold an open session.
    if (actor.getSnapshot().hasTag('restoring')) await inTime(ready());
    const checking = storeWatcher.checkBeforeRequest();
    if (checking !== null) await inTime(checking);
    expectOpen(disposal, actor);
    throwIfAborted(signal);
    logins += 1;
    const loginId = String(logins);
    return new Promise((resolve, reject) => {
      pending.set(loginId, { credentials, remember, signal, resolve, reject });
      actor.send({ type: 'session.login', loginId });
      // A state that cannot sign in ignores the event: the credentials are still here.
      queueMicrotask(() => {
        if (pending.delete(loginId)) reject(new AlreadyAuthenticatedError());
      });
    });
  };
}

/** @throws {InvalidOptionError} the store cannot forget a session when the browser is closed */
function expectMemory(
  { canForget = false }: Pick<SessionStore<never>, 'canForget'>,
  remember: boolean,
): void {
  check('remember', remember, boolean);
  if (remember || canForget) return;
  throw new InvalidOptionError('remember', '`true`, or the store to be `rememberMe(store)`', 'false');
}

/** A pending call of `login()`. The credentials are kept here, because the machine must not contain them. */
export interface PendingLogin<User, Login> {
  readonly credentials: Login;
  /** Whether the session outlives the browser. */
  readonly remember: boolean;
  readonly signal: AbortSignal | null;
  resolve(user: User | null): void;
  reject(reason: unknown): void;
}

/** A pending call of `adopt()`, whose grant is still on its way. */
export interface PendingGrant {
  /** Rejects if no valid grant arrives. */
  readonly grant: Promise<unknown>;
}

/** The sign-ins that the machine has not begun yet, by their id. */
export type PendingSignIns<User, Login> = Map<string, PendingLogin<User, Login> | PendingGrant>;
