import { waitFor } from 'xstate';
import { storeNew, type PendingLogin } from './signIn.ts';
import { expectOpen as throwIfClosed } from '../requests/closed.ts';
import { beginSession, factsOf, isKnownGrant, renewSession, type Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { Settings } from './settings.ts';
import { AccessTokenUnavailableError, AlreadyAuthenticatedError } from '../errors/errors.ts';
import { readGrant, type CheckedGrant } from '../server/grant.ts';
import { throwIfAborted, untilAborted, type EndSignal } from '../platform/abort.ts';
import { expectFunctions, readSignal } from '../errors/checks.ts';
import { hasSession } from '../requests/hasSession.ts';
import type { RequestLayer } from '../requests/requestLayer.ts';
import type { StoreWatcher } from './storeWatcher.ts';
import { randomId } from '../platform/randomId.ts';
import type { Session } from './session.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import { unavailable } from '../requests/unavailable.ts';
import type { SessionActor } from './sessionActor.ts';

/** The methods of a session that a program calls. */
export type Commands<User, Login> = Pick<
  Session<User, Login>,
  'login' | 'adopt' | 'refresh' | 'accessToken' | 'ready'
>;

interface CommandParts<User, Login> {
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'write'>;
  /** The error of the last refresh that failed. */
  readonly lastError: { readonly refresh: Error | null };
  readonly settings: Settings<User, Login>;
}

export function createCommands<User, Login>(
  parts: CommandParts<User, Login>,
  actor: SessionActor,
  {
    requests,
    storeWatcher,
  }: { readonly requests: RequestLayer; readonly storeWatcher: Pick<StoreWatcher, 'checkBeforeRequest'> },
  pending: Map<string, PendingLogin<User, Login>>,
): Commands<User, Login> {
  const { settings, credentials, disposal } = parts;
  const { clock } = settings.environment;

  const expectOpen = (): void => {
    throwIfClosed(disposal, actor);
  };

  async function ready(): Promise<void> {
    expectOpen();
    // A call of `ready()` keeps a Node process alive; the machine's own timers do not.
    const release = clock.schedule(() => undefined, settings.hold.timeout, true);
    await untilAborted(
      waitFor(actor, (snapshot) => !snapshot.hasTag('restoring')),
      disposal,
    )
      .catch(expectOpen)
      .finally(release);
  }

  /** The session for adopted tokens: that of the same user, or a new one. `null` if the tokens are known already. */
  function sessionOf(grant: CheckedGrant<User>, issuedAt: number): StoredSession<User> | null {
    const snapshot = actor.getSnapshot();
    const current = credentials.current();
    if (current !== null && isKnownGrant(current, grant)) return null;
    const begun = beginSession(grant, issuedAt);
    const { sessionId, generation } = snapshot.context;
    const isSame = hasSession(snapshot) && credentials.isUser(begun.user);
    if (sessionId === null || !isSame) return begun;
    if (current !== null) return renewSession(current, grant, issuedAt);
    // An expired session has no tokens left, and its user is still known.
    return { ...begun, sessionId, generation: generation + 1 };
  }

  return {
    ready,
    async login(given, { signal: foreign } = {}) {
      expectOpen();
      const signal = readSignal('signal', foreign);
      const inTime = <Result>(waiting: Promise<Result>) =>
        signal === null ? waiting : untilAborted(waiting, signal);
      expectFunctions('server', settings.server, ['login']);
      // The store may hold an open session.
      if (actor.getSnapshot().hasTag('restoring')) await inTime(ready());
      const checking = storeWatcher.checkBeforeRequest();
      if (checking !== null) await inTime(checking);
      expectOpen();
      throwIfAborted(signal);
      const loginId = randomId();
      return new Promise((resolve, reject) => {
        pending.set(loginId, { credentials: given, signal, resolve, reject });
        actor.send({ type: 'session.login', loginId });
        // A state that cannot sign in ignores the event: the credentials are still here.
        queueMicrotask(() => {
          if (pending.delete(loginId)) reject(new AlreadyAuthenticatedError());
        });
      });
    },
    async adopt(grant) {
      expectOpen();
      const issuedAt = clock.now();
      const adopted = sessionOf(readGrant(grant, { server: settings.server, issuedAt }), issuedAt);
      if (adopted === null) return;
      await storeNew(parts, adopted, () =>
        actor.send({ type: 'session.adopt', ...factsOf(adopted, settings) }),
      );
    },
    async refresh() {
      expectOpen();
      expectFunctions('server', settings.server, ['refresh']);
      const request = requests.begin('required', { isRequest: false, what: '`refresh()`' });
      if (actor.getSnapshot().hasTag('restoring')) await ready();
      const before = credentials.current();
      actor.send({ type: 'session.refresh', at: clock.now() });
      // Inside a notification the machine moves only when that is over.
      await Promise.resolve();
      await requests.wait(request, null);
      if (before !== null && credentials.isCurrent(before)) throw unavailable(parts, actor);
    },
    async accessToken({ signal: foreign } = {}) {
      expectOpen();
      const signal = readSignal('signal', foreign);
      const request = requests.begin('required', { what: '`accessToken()`' });
      // Requests that are made at the same moment are bound first, since they are for the user on the screen.
      await Promise.resolve();
      for (;;) {
        const stamp = await requests.wait(request, signal);
        expectOpen();
        const current = credentials.current();
        if (stamp === null || current === null || !credentials.isCurrent(stamp)) continue;
        if (current.accessToken === null) throw new AccessTokenUnavailableError();
        return current.accessToken;
      }
    },
  };
}
