import { LoggedOutError } from '../errors/errors.ts';
import type { EndSignal } from '../platform/abort.ts';
import { randomId } from '../platform/randomId.ts';
import { isPromiseOf } from '../platform/thenable.ts';
import { expectOpen, hasSession } from '../requests/sessionState.ts';
import type { Grant } from '../server/contract.ts';
import { readGrant, type CheckedGrant } from '../server/grant.ts';
import type { TokenResponse } from '../server/tokenResponse.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import {
  beginSession,
  continueSession,
  factsOf,
  isKnownGrant,
  type Credentials,
} from '../store/credentials.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import type { PendingSignIns } from './login.ts';
import type { Revoke } from './revoke.ts';
import type { Session } from './session.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';
import { storeNew } from './signIn.ts';
import type { StoreWatcher } from './storeWatcher.ts';

interface AdoptParts<User, Login> {
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'write'>;
  readonly revoke: Revoke<User>;
  readonly settings: Settings<User, Login>;
}

interface AdoptTools {
  readonly ready: () => Promise<void>;
  readonly storeWatcher: Pick<StoreWatcher, 'checkBeforeRequest'>;
}

/** Creates `adopt()`, which takes tokens from elsewhere. */
export function createAdopt<User, Login>(
  parts: AdoptParts<User, Login>,
  actor: SessionActor,
  { ready, storeWatcher }: AdoptTools,
  pending: PendingSignIns<User, Login>,
): Session<User, Login>['adopt'] {
  const { credentials, disposal, revoke, settings } = parts;
  const { clock } = settings.environment;
  /** The sign-outs here. That of another tab came before the call, if this tab learns of it only now. */
  let signOuts = 0;
  actor.on('session.loggedOut', ({ reason }) => {
    if (reason.type === 'session.logout') signOuts += 1;
  });

  /** The session for adopted tokens: the open one of the same user, or a new one. */
  function sessionOf(grant: CheckedGrant<User>, issuedAt: number): StoredSession<User> {
    const current = credentials.current();
    const isSame = hasSession(actor.getSnapshot()) && credentials.isUser(grant.user ?? null);
    if (!isSame) return beginSession(grant, issuedAt);
    // After a session that has expired, a new one begins, as at a login: other tabs may have had newer tokens of that session.
    return current === null
      ? beginSession(grant, issuedAt, credentials.isRemembered())
      : continueSession(current, grant, issuedAt);
  }

  /** @param isOver - whether the user has signed out since the call. Then the tokens are revoked */
  async function adopt(grant: CheckedGrant<User>, isOver: () => boolean): Promise<void> {
    const issuedAt = clock.now();
    // Other tabs may have refreshed the session: the adopted tokens are newer than theirs.
    const reading = credentials.current() === null ? null : storeWatcher.checkBeforeRequest();
    if (reading !== null) await reading;
    expectOpen(disposal, actor);
    if (isOver()) {
      void revoke(beginSession(grant, issuedAt));
      throw new LoggedOutError(actor.getSnapshot().context.reason);
    }
    const adopted = sessionOf(grant, issuedAt);
    await storeNew(parts, adopted, () =>
      actor.send({ type: 'session.adopt', ...factsOf(adopted, settings) }),
    );
  }

  /** Signs in until the grant arrives. A sign-in in another tab may end that first, and the grant is adopted all the same. */
  async function adoptLater(grant: Promise<CheckedGrant<User>>): Promise<void> {
    if (actor.getSnapshot().hasTag('restoring')) await Promise.race([ready(), grant]);
    const loginId = randomId();
    const before = signOuts;
    const epoch = credentials.epoch();
    pending.set(loginId, { grant });
    actor.send({ type: 'session.login', loginId });
    // While a session is open, the machine ignores the event.
    queueMicrotask(() => pending.delete(loginId));
    return adopt(
      await grant,
      () => before !== signOuts || (epoch !== credentials.epoch() && !hasSession(actor.getSnapshot())),
    );
  }

  return async (given) => {
    expectOpen(disposal, actor);
    const read = (grant: Grant<User> | TokenResponse<User>) =>
      readGrant(grant, { server: settings.server, issuedAt: clock.now() });
    if (isPromiseOf(given)) return adoptLater(Promise.resolve(given).then(read));
    const grant = read(given);
    const current = credentials.current();
    if (current !== null && isKnownGrant(current, grant)) return;
    const before = signOuts;
    await adopt(grant, () => before !== signOuts);
  };
}
