import { waitFor } from 'xstate';
import { AccessTokenUnavailableError } from '../errors/errors.ts';
import { expectMembers, readSignal } from '../errors/checks.ts';
import { untilAborted, type EndSignal } from '../platform/abort.ts';
import { expectOpen as throwIfClosed, unavailable } from '../requests/sessionState.ts';
import type { RequestLayer } from '../requests/requestLayer.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { Credentials } from '../store/credentials.ts';
import { createAdopt } from './adopt.ts';
import { createLogin, type PendingSignIns } from './login.ts';
import type { Revoke } from './revoke.ts';
import type { Session } from './session.ts';
import type { SessionActor } from './sessionActor.ts';
import type { Settings } from './settings.ts';
import type { StoreWatcher } from './storeWatcher.ts';

/** The methods of a session that your code calls. */
export type Commands<User, Login> = Pick<
  Session<User, Login>,
  'login' | 'cancelLogin' | 'adopt' | 'refresh' | 'accessToken' | 'ready'
>;

interface CommandParts<User, Login> {
  readonly revoke: Revoke<User>;
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
  pending: PendingSignIns<User, Login>,
): Commands<User, Login> {
  const { settings, credentials, disposal } = parts;
  const { clock } = settings.environment;

  const expectOpen = (): void => throwIfClosed(disposal, actor);

  async function ready(): Promise<void> {
    expectOpen();
    // Keeps a Node process alive while `ready()` is pending, which the machine's own timers do not.
    const release = clock.schedule(() => undefined, settings.hold.timeout, true);
    await untilAborted(
      waitFor(actor, (snapshot) => !snapshot.hasTag('restoring')),
      disposal,
    )
      .catch(expectOpen)
      .finally(release);
  }

  return {
    ready,
    login: createLogin(parts, actor, { ready, storeWatcher }, pending),
    cancelLogin() {
      expectOpen();
      actor.send({ type: 'session.cancelLogin' });
    },
    adopt: createAdopt(parts, actor, { ready, storeWatcher }, pending),
    async refresh() {
      expectOpen();
      expectMembers('server', settings.server, ['refresh']);
      const request = requests.begin('required', { isRequest: false, what: '`refresh()`' });
      if (actor.getSnapshot().hasTag('restoring')) await ready();
      const before = credentials.current();
      actor.send({ type: 'session.refresh', at: clock.now() });
      // A transition that is requested inside a notification happens only after it.
      await Promise.resolve();
      await requests.wait(request, null);
      if (before !== null && credentials.isCurrent(before)) throw unavailable(parts, actor);
    },
    accessToken: createAccessToken(parts, requests, expectOpen),
  };
}

function createAccessToken<User, Login>(
  { credentials }: Pick<CommandParts<User, Login>, 'credentials'>,
  requests: Pick<RequestLayer, 'begin' | 'wait'>,
  expectOpen: () => void,
): Session<User, Login>['accessToken'] {
  return async ({ signal: foreign } = {}) => {
    expectOpen();
    const signal = readSignal('signal', foreign);
    const request = requests.begin('required', { what: '`accessToken()`' });
    // Requests that your code makes in the same tick are for the current user, so they are bound first.
    await Promise.resolve();
    for (;;) {
      const stamp = await requests.wait(request, signal);
      expectOpen();
      const current = credentials.current();
      if (stamp === null || current === null || !credentials.isCurrent(stamp)) continue;
      if (current.accessToken === null) throw new AccessTokenUnavailableError();
      return current.accessToken;
    }
  };
}
