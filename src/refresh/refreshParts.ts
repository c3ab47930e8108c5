import type { EndSignal } from '../platform/abort.ts';
import type { ServerCalls } from '../server/calls.ts';
import type { Settings } from '../session/settings.ts';
import type { Credentials } from '../store/credentials.ts';
import type { BoundedStore } from '../store/boundedStore.ts';
import type { StoredSession } from '../store/recordTypes.ts';
import type { Lease, SessionStore } from '../store/sessionStore.ts';

/** What a refresh needs from its session. */
export interface RefreshParts<User, Login> {
  readonly settings: Pick<
    Settings<User, Login>,
    'environment' | 'leewayShare' | 'refresh' | 'server' | 'store'
  >;
  readonly credentials: Credentials<User>;
  readonly boundedStore: BoundedStore<User>;
  readonly calls: Pick<ServerCalls<User, Login>, 'refresh'>;
  /** Revokes tokens that came late. Never rejects. */
  readonly revoke: (session: StoredSession<User>) => Promise<boolean>;
  /** Aborted by `dispose()`. */
  readonly disposal: EndSignal;
  /** Reports once what the store cannot do on this platform. */
  readonly tellMissing: (missing: SessionStore['missing']) => void;
  /** Returns the longest remaining time of the waiting requests, in milliseconds, or `null` if none waits. */
  readonly neededFor: () => number | null;
  /** The error of the last refresh that failed; the machine itself holds only its code. */
  readonly lastError: { refresh: Error | null };
  /** The lease under which the tokens are with the server: a refusal ends the session under the same lease. */
  readonly held: { lease: Lease | null };
}
