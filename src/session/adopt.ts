import type { EndSignal } from '../platform/abort.ts';
import { expectOpen, hasSession } from '../requests/sessionState.ts';
import { readGrant, type CheckedGrant } from '../server/grant.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import {
  beginSession,
  continueSession,
  factsOf,
  isKnownGrant,
  type Credentials,
} from '../store/credentials.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import type { Session } from './session.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';
import { storeNew } from './signIn.ts';

interface AdoptParts<User, Login> {
  readonly credentials: Credentials<User>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  readonly boundedStore: Pick<BoundedStore<User>, 'write'>;
  readonly settings: Settings<User, Login>;
}

/** Creates `adopt()`, which takes tokens from elsewhere. */
export function createAdopt<User, Login>(
  parts: AdoptParts<User, Login>,
  actor: SessionActor,
): Session<User, Login>['adopt'] {
  const { credentials, disposal, settings } = parts;

  /** The session for adopted tokens: that of the same user, or a new one. `null` if the tokens are known already. */
  function sessionOf(grant: CheckedGrant<User>, issuedAt: number): StoredSession<User> | null {
    const snapshot = actor.getSnapshot();
    const current = credentials.current();
    if (current !== null && isKnownGrant(current, grant)) return null;
    const { sessionId, generation, signIns } = snapshot.context;
    const isSame = hasSession(snapshot) && credentials.isUser(grant.user ?? null);
    if (sessionId === null || !isSame) return beginSession(grant, issuedAt);
    if (current !== null) return continueSession(current, grant, issuedAt);
    // An expired session has no tokens left. Its user is still known, and whether to remember it.
    const begun = beginSession(grant, issuedAt, credentials.isRemembered());
    return { ...begun, sessionId, generation: generation + 1, signIns: signIns + 1 };
  }

  return async (grant) => {
    expectOpen(disposal, actor);
    const issuedAt = settings.environment.clock.now();
    const adopted = sessionOf(readGrant(grant, { server: settings.server, issuedAt }), issuedAt);
    if (adopted === null) return;
    await storeNew(parts, adopted, () =>
      actor.send({ type: 'session.adopt', ...factsOf(adopted, settings) }),
    );
  };
}
